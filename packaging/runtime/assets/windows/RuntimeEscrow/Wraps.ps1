#Requires -Version 5.1
# A part of RuntimeEscrow: the two wraps of a data key, by the Windows account and by the recovery key.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Get-RecoveryCertificate {
    [OutputType([Security.Cryptography.X509Certificates.X509Certificate2])]
    param([string] $Path)

    if (-not (Test-Path -LiteralPath $Path -PathType Leaf)) { throw "There is no recovery certificate at $Path." }
    try {
        $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new($Path)
    }
    catch {
        throw "$Path is no certificate: expected X.509 in DER or PEM, without its private key."
    }
    $key = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPublicKey($certificate)
    if ($null -eq $key) { throw "$Path is a certificate of another kind of key: expected RSA." }
    if ($key.KeySize -lt $script:SmallestModulus) {
        throw "$Path has an RSA key of $($key.KeySize) bits: expected $script:SmallestModulus or more."
    }
    $certificate
}

# RFC 7515, section 4.1.8.
function Get-Thumbprint {
    [OutputType([string])]
    param([Security.Cryptography.X509Certificates.X509Certificate2] $Certificate)

    $hash = [Security.Cryptography.SHA256]::Create()
    try { ConvertTo-Base64Url -Bytes $hash.ComputeHash($Certificate.RawData) } finally { $hash.Dispose() }
}

function Protect-KeyByAccount {
    [OutputType([byte[]])]
    param([byte[]] $DataKey)

    $scope = [Security.Cryptography.DataProtectionScope]::CurrentUser
    , [Security.Cryptography.ProtectedData]::Protect($DataKey, $script:Purpose, $scope)
}

function Protect-KeyByCertificate {
    [OutputType([byte[]])]
    param([byte[]] $DataKey, [Security.Cryptography.X509Certificates.X509Certificate2] $Certificate)

    $key = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPublicKey($Certificate)
    try { , $key.Encrypt($DataKey, [Security.Cryptography.RSAEncryptionPadding]::OaepSHA256) } finally { $key.Dispose() }
}

function Unprotect-KeyByAccount {
    [OutputType([byte[]])]
    param([pscustomobject] $Envelope)

    $scope = [Security.Cryptography.DataProtectionScope]::CurrentUser
    try {
        , [Security.Cryptography.ProtectedData]::Unprotect((Get-WrappedKey -Envelope $Envelope -Algorithm $script:ByAccount), $script:Purpose, $scope)
    }
    catch [Security.Cryptography.CryptographicException] {
        throw "Windows does not open $($Envelope.Path) for this user on this machine: only the one who protected it can. The recovery key opens it (recover)."
    }
}

function Unprotect-KeyByPrivateKey {
    [OutputType([byte[]])]
    param([pscustomobject] $Envelope, [byte[]] $PrivateKey)

    $wrapped = Get-WrappedKey -Envelope $Envelope -Algorithm $script:ByRecoveryKey
    try {
        $key = [Security.Cryptography.CngKey]::Import($PrivateKey, [Security.Cryptography.CngKeyBlobFormat]::Pkcs8PrivateBlob)
        $rsa = [Security.Cryptography.RSACng]::new($key)
    }
    catch {
        throw 'Standard input holds no private RSA key: expected PKCS#8 that is not encrypted, as openssl pkey writes it.'
    }
    try {
        , $rsa.Decrypt($wrapped, [Security.Cryptography.RSAEncryptionPadding]::OaepSHA256)
    }
    catch [Security.Cryptography.CryptographicException] {
        throw "This recovery key does not open $($Envelope.Path): it was protected for the certificate with SHA-256 $($Envelope.Thumbprint) (base64url)."
    }
    finally {
        $rsa.Dispose()
        $key.Dispose()
    }
}
