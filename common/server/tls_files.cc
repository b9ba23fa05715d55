#include "common/server/tls_files.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "common/server/read_file.h"

namespace inkwell {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

// Instead of OpenSSL's own, which would ask for it at the terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return 0; }

std::vector<Certificate> ReadCertificates(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Certificate> certificates;
  while (auto* read = PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr)) {
    certificates.emplace_back(read);
  }
  ERR_clear_error();
  return certificates;
}

Key ReadKey(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  return key;
}

WallTime ToWallTime(const ASN1_TIME* time) {
  std::tm calendar{};
  ASN1_TIME_to_tm(time, &calendar);
  return WallTime(std::chrono::seconds(timegm(&calendar)));
}

// One pass over the files.
class Check {
 public:
  Check(const TlsFiles& files, WallTime now) : files_(files), now_(now) {}

  absl::StatusOr<WallTime> Run() {
    RequireTogether();
    const auto chain = Certificates("tls_cert", files_.cert);
    for (const auto& certificate : chain) CheckDates(*certificate);
    const Key key = PrivateKey();
    if (!chain.empty() && key != nullptr &&
        X509_check_private_key(chain.front().get(), key.get()) != 1) {
      ERR_clear_error();
      Complain("tls_key", files_.key,
               fmt::format("is not the key of the certificate in \"{}\"", files_.cert));
    }
    Certificates("tls_client_ca", files_.client_ca);
    if (problems_.empty()) return valid_until_;
    return absl::FailedPreconditionError(problems_);
  }

 private:
  void Complain(std::string_view flag, const std::string& path, std::string_view problem) {
    if (!problems_.empty()) problems_ += "; ";
    problems_ += fmt::format("--{}={}: {}", flag, path, problem);
  }

  void RequireTogether() {
    constexpr std::string_view kWhat = "is not set; TLS takes --tls_cert and --tls_key together";
    if (files_.cert.empty()) Complain("tls_cert", "", kWhat);
    if (files_.key.empty()) Complain("tls_key", "", kWhat);
  }

  std::optional<std::string> Read(std::string_view flag, const std::string& path) {
    if (path.empty()) return std::nullopt;
    auto content = ReadFile(path, kMaxBytes);
    if (content.ok()) return *std::move(content);
    Complain(flag, path, std::string(content.status().message()));
    return std::nullopt;
  }

  std::vector<Certificate> Certificates(std::string_view flag, const std::string& path) {
    const auto pem = Read(flag, path);
    if (!pem) return {};
    auto certificates = ReadCertificates(*pem);
    if (certificates.empty()) Complain(flag, path, "holds no certificate in PEM");
    return certificates;
  }

  Key PrivateKey() {
    const auto pem = Read("tls_key", files_.key);
    if (!pem) return nullptr;
    Key key = ReadKey(*pem);
    if (key == nullptr) {
      Complain("tls_key", files_.key, "holds no private key in PEM without a passphrase");
    }
    return key;
  }

  void CheckDates(const X509& certificate) {
    const WallTime from = ToWallTime(X509_get0_notBefore(&certificate));
    const WallTime until = ToWallTime(X509_get0_notAfter(&certificate));
    valid_until_ = std::min(valid_until_, until);
    if (now_ < from) {
      Complain("tls_cert", files_.cert, fmt::format("is not valid before {}", ToUtcText(from)));
    }
    if (now_ > until) {
      Complain("tls_cert", files_.cert, fmt::format("has expired at {}", ToUtcText(until)));
    }
  }

  const TlsFiles& files_;
  const WallTime now_;
  WallTime valid_until_ = WallTime::max();
  std::string problems_;
};

}  // namespace

absl::StatusOr<WallTime> CheckTlsFiles(const TlsFiles& files, WallTime now) {
  return Check(files, now).Run();
}

std::string ToUtcText(WallTime time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time_t{seconds.count()}));
}

}  // namespace inkwell
