#include "common/redis/tls.h"

#include <fmt/core.h>
#include <hiredis/hiredis.h>
#include <hiredis/hiredis_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/redis/reply_error.h"

namespace inkwell::redis {
namespace {

// Where Debian has them all in one file, which is all of them that a container image has.
constexpr const char* kSystemCas = "/etc/ssl/certs/ca-certificates.crt";

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;

// Instead of OpenSSL's own, which would ask for it at the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

// What OpenSSL says of its last error, which is then forgotten.
std::string TakeError() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "no reason given" : reason;
}

absl::Status BadFile(std::string_view flag, const std::string& path, std::string_view problem) {
  return absl::FailedPreconditionError(fmt::format("--{}={}: {}", flag, path, problem));
}

absl::Status LoadCas(SSL_CTX& context, const std::string& path) {
  if (path.empty()) {
    SSL_CTX_set_default_verify_paths(&context);
    SSL_CTX_load_verify_locations(&context, kSystemCas, nullptr);
    ERR_clear_error();  // where there are none, no server is known
  } else if (SSL_CTX_load_verify_locations(&context, path.c_str(), nullptr) != 1) {
    return BadFile("redis_tls_ca", path,
                   fmt::format("can't be read as certificates in PEM ({})", TakeError()));
  }
  return absl::OkStatus();
}

absl::Status LoadIdentity(SSL_CTX& context, const TlsFiles& files) {
  if (files.cert.empty() && files.key.empty()) return absl::OkStatus();
  constexpr std::string_view kTogether = "is not set; it takes both, --redis_tls_cert and its key";
  if (files.cert.empty()) return BadFile("redis_tls_cert", files.cert, kTogether);
  if (files.key.empty()) return BadFile("redis_tls_key", files.key, kTogether);
  if (SSL_CTX_use_certificate_chain_file(&context, files.cert.c_str()) != 1) {
    return BadFile("redis_tls_cert", files.cert,
                   fmt::format("can't be read as a certificate in PEM ({})", TakeError()));
  }
  if (SSL_CTX_use_PrivateKey_file(&context, files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return BadFile("redis_tls_key", files.key,
                   fmt::format("is not the key, in PEM without a passphrase, of the certificate "
                               "in \"{}\" ({})",
                               files.cert, TakeError()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Context> MakeContext(const TlsFiles& files) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return absl::FailedPreconditionError("OpenSSL: " + TakeError());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), NoPassphrase);
  if (auto status = LoadCas(*context, files.ca); !status.ok()) return status;
  if (auto status = LoadIdentity(*context, files); !status.ok()) return status;
  return context;
}

// hiredis' own contexts would take any certificate of a known CA, whosever it is.
void DemandName(SSL& session, const std::string& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(&session), host.c_str()) == 1) return;
  SSL_set1_host(&session, host.c_str());
  SSL_ctrl(&session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(host.c_str()));
}

absl::Status NoTls(std::string_view why) {
  return Unavailable(fmt::format("TLS to Redis: {}", why));
}

}  // namespace

bool CanUseTls() { return true; }

absl::Status CheckTlsFiles(const TlsFiles& files) { return MakeContext(files).status(); }

absl::Status StartTls(redisContext& context, const std::string& host, const TlsFiles& files) {
  // Files that were good at start-up are being replaced, perhaps: another try may find them so.
  const auto settings = MakeContext(files);
  if (!settings.ok()) return NoTls(std::string(settings.status().message()));
  Session session(SSL_new(settings->get()));
  if (session == nullptr) return NoTls(TakeError());
  DemandName(*session, host);
  if (redisInitiateSSL(&context, session.get()) == REDIS_OK) {
    static_cast<void>(session.release());  // the context's now
    return absl::OkStatus();
  }
  ERR_clear_error();
  const long verdict = SSL_get_verify_result(session.get());
  if (verdict == X509_V_OK) return NoTls(context.errstr);
  return NoTls(
      fmt::format("the certificate of {}: {}", host, X509_verify_cert_error_string(verdict)));
}

}  // namespace inkwell::redis
