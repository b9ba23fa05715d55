#include "tests/support/certificate_authority.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/support/subprocess.h"

namespace inkwell::testing {

CertificateAuthority::CertificateAuthority()
    : own_{folder_.path() / "ca.crt", folder_.path() / "ca.key"} {
  OpenSsl({"req", "-x509", "-subj", "/CN=inkwell test CA", "-out", own_.cert, "-keyout", own_.key,
           "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"});
}

CertificateAuthority::Issued CertificateAuthority::Issue(const std::string& name, int days) const {
  const Issued issued{folder_.path() / (name + ".crt"), folder_.path() / (name + ".key")};
  const auto request = folder_.path() / (name + ".csr");
  OpenSsl({"req", "-subj", "/CN=" + name, "-out", request, "-keyout", issued.key, "-newkey", "ec",
           "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-addext",
           "subjectAltName=DNS:" + name + ",IP:127.0.0.1"});
  // OpenSSL 3.5 makes none that ends before it begins; one that ends now has expired too.
  days = std::max(days, 0);
  OpenSsl({"x509", "-req", "-in", request, "-out", issued.cert, "-CA", own_.cert, "-CAkey",
           own_.key, "-CAcreateserial", "-copy_extensions", "copy", "-days", std::to_string(days)});
  return issued;
}

void CertificateAuthority::OpenSsl(const std::vector<std::string>& arguments) const {
  Subprocess::Options options;
  options.argv = {"openssl"};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.log = folder_.path() / "log";
  if (RunToEnd(options).value() == 0) return;
  std::ifstream log(options.log);
  throw std::runtime_error("openssl failed: " +
                           std::string{std::istreambuf_iterator<char>(log), {}});
}

}  // namespace inkwell::testing
