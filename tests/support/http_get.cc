#include "tests/support/http_get.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>

namespace inkwell::testing {
namespace {

std::string Exchange(int port, const std::string& request) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      send(socket_fd, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    std::array<char, 4096> buffer;
    ssize_t got = 0;
    while ((got = read(socket_fd, buffer.data(), buffer.size())) > 0) {
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  close(socket_fd);
  return answer;
}

}  // namespace

HttpAnswer HttpGet(int port, const std::string& path, const std::string& method) {
  const std::string text = Exchange(
      port,
      fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", method, path));
  HttpAnswer answer;
  const auto status_at = text.find(' ');
  const auto head_end = text.find("\r\n\r\n");
  if (status_at == std::string::npos || head_end == std::string::npos) return answer;
  std::from_chars(text.data() + status_at + 1, text.data() + head_end, answer.status);
  answer.headers = text.substr(0, head_end);
  answer.body = text.substr(head_end + 4);
  return answer;
}

}  // namespace inkwell::testing
