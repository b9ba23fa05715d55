#include "common/server/http_server.h"

#include <civetweb.h>
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stop_token>
#include <thread>
#include <utility>

#include "common/base/sleep.h"
#include "common/server/port_file.h"
#include "common/server/repeated_warning.h"

namespace inkwell {
namespace {

// Pages are small and quick, and nobody but Prometheus and probes asks. Whoever dawdles
// over sending a request loses the connection, so that it can't keep the others out.
constexpr const char* kThreads = "4";
constexpr const char* kRequestTimeoutMs = "5000";

int LogMessage(const mg_connection* /*connection*/, const char* message) {
  static RepeatedWarning warnings;  // whoever reaches the port may cause them
  warnings.Report(fmt::format("HTTP: {}", message));
  return 1;  // don't print it
}

void Send(mg_connection& connection, const HttpResponse& response, bool with_body) {
  // In one piece: civetweb's own functions make a system call of every header.
  std::string text = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n\r\n",
      response.status, mg_get_response_code_text(&connection, response.status),
      response.content_type, response.body.size());
  if (with_body) text += response.body;
  // A client that is gone by now is none of our business.
  mg_write(&connection, text.data(), text.size());
}

// civetweb's listener sees that it is to stop when somebody connects, or after two
// seconds: too long for a shutdown. So connects until `stopped`.
void WakeListener(const std::string& host, int port, const std::stop_token& stopped) {
  std::array<char, 128> ignored;
  do {
    mg_close_connection(mg_connect_client(host.c_str(), port, 0, ignored.data(), ignored.size()));
  } while (SleepFor(stopped, std::chrono::milliseconds(5)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                              std::vector<HttpPage> pages) {
  std::unique_ptr<HttpServer> self(new HttpServer(std::move(pages)));
  if (auto status = self->Listen(options.listen); !status.ok()) return status;
  if (!options.port_file.empty()) {
    if (auto status = WritePortFile(options.port_file, self->port_); !status.ok()) return status;
  }
  spdlog::info("HTTP on {}:{}", options.listen.host, self->port_);
  return self;
}

HttpServer::~HttpServer() {
  if (context_ == nullptr) return;
  const std::jthread waker(
      [this](const std::stop_token& stopped) { WakeListener(host_, port_, stopped); });
  mg_stop(context_);
}

absl::Status HttpServer::Listen(const ListenAddress& address) {
  const std::string address_text = address.ToText();
  std::array<const char*, 7> options = {
      "listening_ports",    address_text.c_str(), "num_threads", kThreads,
      "request_timeout_ms", kRequestTimeoutMs,    nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = OnRequest;
  callbacks.log_message = LogMessage;
  context_ = mg_start(&callbacks, this, options.data());
  mg_server_port opened{};
  if (context_ == nullptr || mg_get_server_ports(context_, 1, &opened) != 1) {
    return absl::FailedPreconditionError(
        fmt::format("--http_listen={}: can't listen there; expected an address of this machine "
                    "with a free port",
                    address_text));
  }
  port_ = opened.port;
  host_ =
      address.host.front() == '[' ? address.host.substr(1, address.host.size() - 2) : address.host;
  return absl::OkStatus();
}

HttpResponse HttpServer::Respond(const std::string& method, const std::string& path) const {
  const auto page = std::find_if(pages_.begin(), pages_.end(),
                                 [&path](const HttpPage& known) { return known.path == path; });
  if (page == pages_.end()) {
    std::string known;
    for (const auto& each : pages_) known += " " + each.path;
    return {.status = 404, .body = fmt::format("no such page; there are:{}\n", known)};
  }
  if (method != "GET" && method != "HEAD") {
    return {.status = 405, .body = "expected GET or HEAD\n"};
  }
  return page->render();
}

int HttpServer::OnRequest(mg_connection* connection) {
  const mg_request_info& request = *mg_get_request_info(connection);
  const auto& self = *static_cast<const HttpServer*>(request.user_data);
  const std::string method = request.request_method;
  const HttpResponse response = self.Respond(method, request.local_uri);
  Send(*connection, response, method != "HEAD");
  return response.status;  // civetweb does nothing more then
}

}  // namespace inkwell
