# shellcheck shell=bash
# Certificates and tokens for tests. To be sourced after `set -euo pipefail`.

# issue DIR NAME: DIR/NAME.crt, of the CA in DIR, and its key.
issue() {
  openssl req -subj "/CN=$2" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$1/$2.key" -out "$1/$2.csr"
  openssl x509 -req -in "$1/$2.csr" -CA "$1/ca.crt" -CAkey "$1/ca.key" -CAcreateserial \
    -copy_extensions copy -days 2 -out "$1/$2.crt"
}

# make_certificates DIR: a CA (ca.crt), and what it issued to the server and a client.
make_certificates() {
  mkdir -p "$1"
  {
    openssl req -x509 -subj "/CN=inkwell test CA" -newkey ec -nodes \
      -pkeyopt ec_paramgen_curve:prime256v1 -keyout "$1/ca.key" -out "$1/ca.crt"
    issue "$1" server
    issue "$1" client
  } 2>"$1/openssl.log" || fail_with_log "$1/openssl.log" "openssl failed, see above"
}

# make_tokens DIR: writer.token, operator.token, and the file for --auth_tokens_file.
make_tokens() {
  local role
  for role in writer operator; do
    openssl rand -hex 32 | tr -d '\n' >"$1/$role.token"
    echo "test-$role $(sha256sum <"$1/$role.token" | cut -d ' ' -f 1) $role"
  done >"$1/tokens"
}
