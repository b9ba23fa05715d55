#include "tests/support/tcp_gate.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "tests/support/loopback.h"

namespace inkwell::testing {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;

int OrThrow(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

int Listen() {
  const int fd = OrThrow(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
  const auto any_port = Loopback(0);
  OrThrow(bind(fd, reinterpret_cast<const sockaddr*>(&any_port), sizeof(any_port)), "bind");
  OrThrow(listen(fd, SOMAXCONN), "listen");
  return fd;
}

int PortOf(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  OrThrow(getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

// A connected socket, or -1.
int ConnectTo(int port) {
  const int fd = OrThrow(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const auto address = Loopback(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return fd;
  close(fd);
  return -1;
}

void SendAtOnce(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

// One direction. Either it waits for bytes, or for the other end to take those it holds.
struct Pipe {
  int from;
  int to;
  std::string held{};
  bool ended = false;

  // Whether the connection is still good.
  [[nodiscard]] bool Pass(std::size_t bytes_max) {
    if (held.empty() && !ended) {
      held.resize(kReadBytes);
      const ssize_t read = recv(from, held.data(), held.size(), MSG_DONTWAIT);
      held.resize(static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
      if (read < 0) return errno == EAGAIN;
      ended = read == 0;
      if (ended) shutdown(to, SHUT_WR);
    }
    if (held.empty()) return true;
    const ssize_t sent =
        send(to, held.data(), std::min(bytes_max, held.size()), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN;
    held.erase(0, static_cast<std::size_t>(sent));
    return true;
  }
};

}  // namespace

// Owns a client's socket and ours to the server.
class TcpGate::Connection {
 public:
  Connection(int client, int server) : up_{client, server}, down_{server, client} {
    SendAtOnce(client);
    SendAtOnce(server);
  }
  ~Connection() {
    close(up_.from);
    close(up_.to);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // What to wait for. A socket that nothing is wanted of is left out, or its hang-up would
  // be told for ever.
  void AddTo(std::vector<pollfd>& polled) const {
    for (const Pipe* in : {&up_, &down_}) {
      const Pipe* out = in == &up_ ? &down_ : &up_;
      const bool read = in->held.empty() && !in->ended;
      const bool write = !out->held.empty();
      const int events = (read ? POLLIN : 0) | (write ? POLLOUT : 0);
      polled.push_back({events == 0 ? -1 : in->from, static_cast<short>(events), 0});
    }
  }

  // Passes what can be passed; whether the connection is still good.
  [[nodiscard]] bool Pass(std::size_t bytes_max) {
    return up_.Pass(bytes_max) && down_.Pass(bytes_max) && !(up_.ended && down_.ended);
  }

 private:
  Pipe up_;
  Pipe down_;
};

TcpGate::TcpGate(int target_port, std::uint64_t seed)
    : target_port_(target_port),
      listener_(Listen()),
      wake_(OrThrow(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
      port_(PortOf(listener_)),
      random_(seed),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

TcpGate::~TcpGate() {
  thread_.request_stop();
  Wake();
  thread_.join();
  close(listener_);
  close(wake_);
}

void TcpGate::Become(State state) {
  MutexLock lock(mutex_);
  state_ = state;
  is_news_ = true;
  Wake();
  while (is_news_) taken_.Wait(mutex_);
}

void TcpGate::Wake() { static_cast<void>(eventfd_write(wake_, 1)); }

TcpGate::State TcpGate::TakeState() {
  eventfd_t ignored = 0;
  static_cast<void>(eventfd_read(wake_, &ignored));
  MutexLock lock(mutex_);
  return state_;
}

void TcpGate::Run(const std::stop_token& stop) {
  Connections connections;
  while (!stop.stop_requested()) {
    const State state = TakeState();
    if (state.mode == Mode::kCut) connections.clear();
    {
      MutexLock lock(mutex_);
      is_news_ = false;
      taken_.NotifyAll();
    }
    std::vector<pollfd> polled{{wake_, POLLIN, 0}};
    if (state.mode != Mode::kStalled) {
      polled.push_back({listener_, POLLIN, 0});
      for (const auto& connection : connections) connection->AddTo(polled);
    }
    poll(polled.data(), polled.size(), -1);
    // What woke us may be the wish that nothing passes any more.
    if (state.mode == Mode::kStalled || polled.front().revents != 0) continue;
    std::erase_if(connections, [&](const auto& connection) {
      std::uniform_int_distribution<std::size_t> size(1, state.bytes_max);
      return !connection->Pass(state.bytes_max == SIZE_MAX ? SIZE_MAX : size(random_));
    });
    if (polled[1].revents != 0) Accept(state.mode, connections);
  }
}

void TcpGate::Accept(Mode mode, Connections& connections) {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = mode == Mode::kCut ? -1 : ConnectTo(target_port_);
  if (server < 0) {
    close(client);
    return;
  }
  connections.push_back(std::make_unique<Connection>(client, server));
}

}  // namespace inkwell::testing
