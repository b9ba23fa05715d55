// Certificates for tests, made by the openssl program.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace inkwell::testing {

// A CA with a folder of its own, which goes with it. Thread-compatible. Throws if openssl
// fails.
class CertificateAuthority {
 public:
  struct Issued {
    std::filesystem::path cert;
    std::filesystem::path key;
  };

  CertificateAuthority();

  // Its own certificate, by which those that it issued are known.
  [[nodiscard]] const std::filesystem::path& cert() const { return own_.cert; }

  // A certificate and its key for `name` and the address 127.0.0.1, valid from now on for so
  // many days; -1: it has expired. The same name again is another certificate in the same
  // files.
  Issued Issue(const std::string& name, int days = 2) const;

 private:
  void OpenSsl(const std::vector<std::string>& arguments) const;

  const TempDir folder_;
  const Issued own_;
};

}  // namespace inkwell::testing
