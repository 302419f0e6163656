#!/bin/sh
# Made the test identities in this folder, with openssl 3.0 (its legacy provider for legacy.p12). They are known to everyone
# and sign for tests only; the password of every .p12 is "correct horse". RSA keys are slow to make, so they are kept.
# Certificates hold from 2020 to 2120, but for expired.p12: run it with faketime '2020-01-01'.
set -eu
cd "$(dirname "$0")"
keep() { openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key"; }
issue() { # name, subject, issuer, days, extensions
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  printf '%s\n' "$5" > "$1.ext"
  openssl x509 -req -sha256 -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -set_serial "$6" -days "$4" -extfile "$1.ext" -out "$1.pem"
}
pack() { # file, identity, options
  out=$1 name=$2; shift 2
  openssl pkcs12 -export -out "$out" -inkey "$name.key" -in "$name.pem" -certfile chain.pem -passout "pass:correct horse" "$@"
}
leaf='basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
extendedKeyUsage='
keep root; keep intermediate; keep leaf
openssl req -x509 -new -sha256 -key root.key -subj "/O=Slipway tests/CN=Slipway test root" -days 36500 -set_serial 1 -out root.pem \
  -addext "keyUsage=critical,keyCertSign,cRLSign"
issue intermediate "/O=Slipway tests/CN=Slipway test issuer" root 36500 'basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid' 2
cat intermediate.pem root.pem > chain.pem
for name in installer authenticode expired timestamper; do cp leaf.key $name.key; done
issue installer "/O=Slipway tests/CN=Developer ID Installer: Slipway tests" intermediate 36500 "${leaf}critical,1.2.840.113635.100.4.13" 3
issue authenticode "/O=Slipway tests/CN=Slipway test publisher" intermediate 36500 "${leaf}codeSigning" 4
issue expired "/O=Slipway tests/CN=Slipway test publisher of 2020" intermediate 30 "${leaf}codeSigning" 5
issue timestamper "/O=Slipway tests/CN=Slipway test clock" intermediate 36500 "${leaf}critical,timeStamping" 6
pack installer.p12 installer
pack legacy.p12 installer -legacy
pack authenticode.p12 authenticode
pack expired.p12 expired
openssl pkcs12 -export -out no-key.p12 -nokeys -in installer.pem -certfile chain.pem -passout "pass:correct horse"
openssl pkcs12 -export -out no-chain.p12 -inkey leaf.key -in installer.pem -passout "pass:correct horse"
rm -f ./*.csr ./*.ext ./*.srl root.key intermediate.key installer.pem installer.key authenticode.pem authenticode.key expired.pem expired.key chain.pem
mv leaf.key timestamper.key
