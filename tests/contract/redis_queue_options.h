// How the queue's tests reach a Redis of their own.
#pragma once

#include <memory>
#include <string>

#include "common/queue/connect.h"
#include "tests/support/certificate_authority.h"
#include "tests/support/redis_cluster.h"
#include "tests/support/redis_server.h"

namespace inkwell::queue {

inline constexpr int kPartitions = 3;

inline QueueOptions OptionsFor(const std::string& url, int partitions = kPartitions) {
  QueueOptions options;
  options.url = *redis::ParseUrl(url);
  options.partitions = partitions;
  return options;
}

inline QueueOptions OptionsFor(const testing::RedisServer& server, int partitions = kPartitions) {
  return OptionsFor(server.Url(), partitions);
}

inline QueueOptions OptionsFor(const testing::RedisCluster& cluster) {
  return OptionsFor(cluster.Url());
}

// A Redis that takes TLS alone, with a certificate of its own CA.
struct TlsServer {
  testing::CertificateAuthority ca;
  testing::CertificateAuthority::Issued issued = ca.Issue("redis.test");
  std::unique_ptr<testing::RedisServer> redis = StartWith(issued, "tls-auth-clients no");

  // `clients` is a line of its configuration.
  [[nodiscard]] std::unique_ptr<testing::RedisServer> StartWith(
      const testing::CertificateAuthority::Issued& certificate, const std::string& clients) const {
    return testing::RedisServer::Start(
               {.config = {"tls-cert-file " + certificate.cert.string(),
                           "tls-key-file " + certificate.key.string(),
                           "tls-ca-cert-file " + ca.cert().string(), clients},
                .tls = true})
        .value();
  }
};

inline QueueOptions OptionsFor(const TlsServer& server) {
  QueueOptions options = OptionsFor(*server.redis);
  options.connect.tls.ca = server.ca.cert();
  return options;
}

}  // namespace inkwell::queue
