// One StreamChanges call without gRPC: takes its messages, submits their changes in order,
// and answers each as its result becomes known, many a message.
#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <optional>
#include <vector>

#include "common/base/mutex.h"
#include "common/base/trace_context.h"
#include "inkwell/v1/comment_service.pb.h"
#include "services/ingest/accept_message.h"
#include "services/ingest/call_context.h"
#include "services/ingest/stream_window.h"

namespace inkwell::ingest {

// The connection, as a stream needs it. Each of these only begins something, and may not
// call the stream. They come one at a time, and none after End.
class StreamWire {
 public:
  virtual ~StreamWire() = default;
  // Ends in OnRead or OnReadsEnd.
  virtual void Read() = 0;
  // Ends in OnWritten, also if it fails; `response` stays as it is until then.
  virtual void Write(const v1::StreamChangesResponse& response) = 0;
  virtual void End(const absl::Status& status) = 0;
};

// Thread-safe. Lives at least until each of its submissions is answered, whatever became
// of its wire: they share in it.
class ChangeStream : public std::enable_shared_from_this<ChangeStream> {
 public:
  // `wire` lives until it was told to End. `trace` is what all the changes are part of.
  ChangeStream(const CallContext& context, SteadyTime deadline, StreamWire& wire,
               const StreamWindow::Limits& limits = {},
               const std::optional<TraceContext>& trace = std::nullopt)
      : context_(context), deadline_(deadline), trace_(trace), wire_(wire), window_(limits) {}

  void Start();

  void OnRead(const v1::StreamChangesRequest& request);
  // The client has sent all.
  void OnReadsEnd();
  void OnWritten();
  // The client left, or can't be reached. OnWritten still comes if a write is under way.
  void OnGone();

  // Reads no more, answers what was read, and ends with kUnavailable (SHUTTING_DOWN).
  void Stop();

 private:
  class Message;

  template <typename Event>
  void Happen(const Event& event);
  void Drive();
  void Do(const StreamWindow::Step& step);
  void Take(AcceptedMessage message);
  void OnKnown(std::vector<StreamedResult> results);

  const CallContext context_;
  const SteadyTime deadline_;
  const std::optional<TraceContext> trace_;
  StreamWire& wire_;
  google::protobuf::Arena arena_;  // has the response whose write is under way
  Mutex mutex_;
  StreamWindow window_ INK_GUARDED_BY(mutex_);
  // Whether a thread is doing what the window says. Others tell the window what happened,
  // and leave the consequences to that one: so the wire is used by one at a time, and the
  // lock is not held meanwhile.
  bool driven_ INK_GUARDED_BY(mutex_) = false;
};

}  // namespace inkwell::ingest
