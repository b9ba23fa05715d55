// The plain HTTP port of both services, for those that speak no gRPC: Prometheus, and
// probes. A fixed set of pages, each made anew by a function.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/server/flag_types.h"

struct mg_connection;
struct mg_context;

namespace inkwell {

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

struct HttpPage {
  std::string path;  // exactly this: "/metrics"
  // Called on the server's threads, several at a time. Must not block: all pages share
  // few threads.
  std::function<HttpResponse()> render;
};

struct HttpServerOptions {
  ListenAddress listen;   // port 0 lets the system choose
  std::string port_file;  // empty: none
};

// Thread-safe. The only file pair that knows civetweb.
class HttpServer {
 public:
  // Answers GET and HEAD from now on; other paths are 404, other methods 405. What the
  // pages use must outlive the server. kFailedPrecondition if the address can't be had.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const HttpServerOptions& options, std::vector<HttpPage> pages);
  ~HttpServer();  // after the requests under way
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] int port() const { return port_; }

 private:
  explicit HttpServer(std::vector<HttpPage> pages) : pages_(std::move(pages)) {}
  [[nodiscard]] absl::Status Listen(const ListenAddress& address);
  [[nodiscard]] HttpResponse Respond(const std::string& method, const std::string& path) const;
  static int OnRequest(mg_connection* connection);

  const std::vector<HttpPage> pages_;
  mg_context* context_ = nullptr;
  std::string host_;  // without brackets
  int port_ = 0;
};

}  // namespace inkwell
