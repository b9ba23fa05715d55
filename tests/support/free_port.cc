#include "tests/support/free_port.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "tests/support/loopback.h"

namespace inkwell::testing {
namespace {

// A TCP socket that is closed with its scope.
class Socket {
 public:
  Socket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "opening a socket");
  }
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

int FreePort() {
  const Socket socket;
  auto address = Loopback(0);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  if (bind(socket.fd(), generic, size) != 0 || getsockname(socket.fd(), generic, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "binding a free port");
  }
  return ntohs(address.sin_port);
}

bool AcceptsConnections(int port) {
  const Socket socket;
  const auto address = Loopback(port);
  return connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

}  // namespace inkwell::testing
