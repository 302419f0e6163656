/** A certificate whose private key was thrown away. */
export const certificate = `-----BEGIN PGP PUBLIC KEY BLOCK-----

xjMEahilABYJKwYBBAHaRw8BAQdAnycT9FQH3fPX0Trn1wFSP5D5CZpvkIDn
MCqoyWjsHaTNL0FyY2hpdmUgb2YgdGhlIHNhbXBsZSA8YXJjaGl2ZUBydW50
aW1lLmV4YW1wbGU+wo0EExYKAD8FgmoYpQADCwkHCRDJlKJWTFMHgwUVCggO
DAQWAAIBAhkBApsDAh4BFiEE+D3cI8x2s7AYFDocyZSiVkxTB4MAAO+DAQDD
iJM814SvNs5kuKzz3iCBAvm8zTc7UYPoDcJWwqkregD/QQ2iaMdtSwQLj7V1
yZidzszgCGnOBoX1uKJOu3K3KAk=
=gnmA
-----END PGP PUBLIC KEY BLOCK-----
`;
