// A TCP proxy before a real server, through which a test spoils the network.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <stop_token>
#include <thread>
#include <vector>

#include "common/base/mutex.h"

namespace inkwell::testing {

// Listens on a free loopback port and passes on to another. Thread-safe. Each of the
// methods that change it holds once it has returned. Throws if it can't listen.
class TcpGate {
 public:
  // What `seed` decides is the sizes of slices.
  explicit TcpGate(int target_port, std::uint64_t seed = 1);
  ~TcpGate();  // cuts
  TcpGate(const TcpGate&) = delete;
  TcpGate& operator=(const TcpGate&) = delete;

  [[nodiscard]] int port() const { return port_; }

  // Passes all that comes, also what was held back.
  void Open() { Become({Mode::kOpen}); }
  // Connections stay, and new ones are accepted, but not a byte comes through either way.
  void Stall() { Become({Mode::kStalled}); }
  // Closes every connection, and from now on each new one at once.
  void Cut() { Become({Mode::kCut}); }
  // Closes every connection and leads new ones to another server, as a failover does. Opens.
  void LeadTo(int target_port) {
    target_port_ = target_port;
    Cut();
    Open();
  }
  // Passes all in pieces of 1 to `bytes_max` bytes.
  void Slice(std::size_t bytes_max) { Become({Mode::kOpen, bytes_max}); }

 private:
  class Connection;
  using Connections = std::vector<std::unique_ptr<Connection>>;
  enum class Mode { kOpen, kStalled, kCut };
  struct State {
    Mode mode = Mode::kOpen;
    std::size_t bytes_max = SIZE_MAX;  // of a piece
  };

  void Become(State state) INK_EXCLUDES(mutex_);
  void Run(const std::stop_token& stop);
  [[nodiscard]] State TakeState() INK_EXCLUDES(mutex_);
  void Accept(Mode mode, Connections& connections);
  void Wake();

  std::atomic<int> target_port_;
  const int listener_;
  const int wake_;  // an eventfd: the thread has news
  const int port_;
  std::mt19937_64 random_;  // the thread's

  Mutex mutex_;
  CondVar taken_;
  State state_ INK_GUARDED_BY(mutex_);
  bool is_news_ INK_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace inkwell::testing
