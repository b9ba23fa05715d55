// An event that a method of its owner handles: for calls in which several can be under way.
#pragma once

#include <functional>

#include "common/server/completion_loop.h"

namespace inkwell {

template <typename Owner>
class MemberEvent final : public CompletionEvent {
 public:
  using Handler = void (Owner::*)(bool ok);

  // A member of `owner`.
  MemberEvent(Owner& owner, Handler handler) : owner_(owner), handler_(handler) {}
  void Happen(bool ok) override { std::invoke(handler_, owner_, ok); }

 private:
  Owner& owner_;
  const Handler handler_;
};

}  // namespace inkwell
