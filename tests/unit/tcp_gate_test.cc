#include "tests/support/tcp_gate.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "tests/support/loopback.h"

namespace inkwell::testing {
namespace {

using std::chrono::milliseconds;

// A blocking socket, closed with its scope.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() { close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  static int ConnectedTo(int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = Loopback(port);
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    return fd;
  }

  void Send(const std::string& bytes) const { send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // Up to `count` bytes: fewer if the other end closed, or nothing comes for `patience`.
  [[nodiscard]] std::string Receive(std::size_t count,
                                    milliseconds patience = std::chrono::seconds(10)) const {
    const timeval timeout{patience.count() / 1000, patience.count() % 1000 * 1000};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    std::string received(count, '\0');
    std::size_t size = 0;
    while (size < count) {
      const auto read = recv(fd_, received.data() + size, count - size, 0);
      is_closed_ = read == 0;
      if (read <= 0) break;
      size += static_cast<std::size_t>(read);
    }
    received.resize(size);
    return received;
  }
  // Of the last Receive: whether the other end closed.
  [[nodiscard]] bool is_closed() const { return is_closed_; }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  const int fd_;
  mutable bool is_closed_ = false;
};

class TcpGateTest : public ::testing::Test {
 protected:
  TcpGateTest() : listener_(Listen()), gate_(PortOf(listener_.fd())) {}

  static int Listen() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = Loopback(0);
    EXPECT_EQ(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(fd, 8), 0);
    return fd;
  }

  static int PortOf(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

  [[nodiscard]] int Accept() const {
    return accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
  }

  Socket listener_;
  TcpGate gate_;
};

TEST_F(TcpGateTest, PassesBothWaysAndPassesAnEndOn) {
  const Socket client(Socket::ConnectedTo(gate_.port()));
  const Socket server(Accept());
  client.Send("question");
  EXPECT_EQ(server.Receive(8), "question");
  server.Send("answer");
  shutdown(server.fd(), SHUT_WR);
  EXPECT_EQ(client.Receive(100), "answer");
  EXPECT_TRUE(client.is_closed());
}

TEST_F(TcpGateTest, StalledItHoldsWhatComesUntilItIsOpened) {
  const Socket client(Socket::ConnectedTo(gate_.port()));
  const Socket server(Accept());
  gate_.Stall();
  client.Send("question");
  const Socket late(Socket::ConnectedTo(gate_.port()));
  EXPECT_EQ(server.Receive(8, milliseconds(50)), "");
  EXPECT_FALSE(server.is_closed());
  gate_.Open();
  EXPECT_EQ(server.Receive(8), "question");
  const Socket late_server(Accept());
  late.Send("me too");
  EXPECT_EQ(late_server.Receive(6), "me too");
}

TEST_F(TcpGateTest, CutItClosesWhatThereIsAndWhatComes) {
  const Socket client(Socket::ConnectedTo(gate_.port()));
  const Socket server(Accept());
  gate_.Cut();
  EXPECT_EQ(client.Receive(1), "");
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(server.Receive(1), "");
  EXPECT_TRUE(server.is_closed());
  const Socket refused(Socket::ConnectedTo(gate_.port()));
  EXPECT_EQ(refused.Receive(1), "");
  EXPECT_TRUE(refused.is_closed());
  gate_.Open();
  const Socket again(Socket::ConnectedTo(gate_.port()));
  const Socket again_server(Accept());
  again.Send("back");
  EXPECT_EQ(again_server.Receive(4), "back");
}

TEST_F(TcpGateTest, SlicedNothingIsLost) {
  gate_.Slice(7);
  const Socket client(Socket::ConnectedTo(gate_.port()));
  const Socket server(Accept());
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i);
  client.Send(text);
  char first[100];
  const auto piece = recv(server.fd(), first, sizeof(first), 0);
  ASSERT_GT(piece, 0);
  const auto size = static_cast<std::size_t>(piece);
  EXPECT_EQ(std::string(first, size) + server.Receive(text.size() - size), text);
}

TEST_F(TcpGateTest, ClosesIfTheServerIsNotThere) {
  TcpGate to_nobody(1);
  const Socket client(Socket::ConnectedTo(to_nobody.port()));
  EXPECT_EQ(client.Receive(1), "");
  EXPECT_TRUE(client.is_closed());
}

}  // namespace
}  // namespace inkwell::testing
