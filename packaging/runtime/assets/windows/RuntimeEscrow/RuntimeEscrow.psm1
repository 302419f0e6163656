#Requires -Version 5.1
# Key escrow. A secret is encrypted under a random data key, and that key is kept twice: wrapped by the account of the
# Windows user (DPAPI, CurrentUser), and wrapped for an offline recovery key. DPAPI alone would not do: its wrap opens for
# that user on that machine only, and is lost where an administrator resets the password of a local account.
#
# The envelope is JSON Web Encryption (RFC 7516, general JSON serialization) with two recipients: A256CBC-HS512 (RFC 7518,
# section 5.2.5: AES-256-CBC, then HMAC-SHA-512 over all of it, since .NET Framework has no AES-GCM), RSA-OAEP-256 for the
# recovery key, and for DPAPI an algorithm of our own. So any JOSE library recovers a secret, with no Windows and no
# PowerShell at hand.
#
# Secrets come by standard input as base64, go out by standard output as base64, and are never an argument, a variable of
# the environment or a PowerShell text, all of which are logged or outlive their use. An envelope is no secret.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$library = if ($PSVersionTable.PSEdition -eq 'Core') { 'System.Security.Cryptography.ProtectedData' } else { 'System.Security' }
Add-Type -AssemblyName $library

# In bytes.
$script:LargestSecret = 64 * 1024
$script:LargestEnvelope = 1024 * 1024
# In bits.
$script:SmallestModulus = 3072
$script:Protected = '{"enc":"A256CBC-HS512","typ":"runtime-escrow","version":1}'
$script:ByAccount = 'runtime-dpapi-user'
$script:ByRecoveryKey = 'RSA-OAEP-256'
# Not secret: it keeps a program that unwraps whatever it finds from opening ours.
$script:Purpose = [Text.Encoding]::ASCII.GetBytes('runtime-escrow version 1')

function Protect-RuntimeSecret {
    <#
    .SYNOPSIS
    Puts a secret from standard input into a new envelope.

    .DESCRIPTION
    Reads base64 from standard input up to its end. The envelope is written under another name, opened again as a proof, and
    then renamed; an envelope that is there already is never replaced. The certificate is that of the recovery key, RSA of at
    least 3072 bits, in DER or PEM; its private half belongs on no machine that is online. One is made so:

    openssl req -x509 -newkey rsa:3072 -nodes -days 36500 -subj "/CN=Runtime recovery" -keyout recovery.key -out recovery.cer

    .PARAMETER EnvelopePath
    The file that is made.

    .PARAMETER RecoveryCertificatePath
    The certificate of the recovery key.

    .EXAMPLE
    Protect-RuntimeSecret -EnvelopePath .\signing.escrow.json -RecoveryCertificatePath .\recovery.cer
    #>
    [CmdletBinding()]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $EnvelopePath,

        [Parameter(Mandatory = $true, Position = 1)]
        [ValidateNotNullOrEmpty()]
        [string] $RecoveryCertificatePath
    )

    $path = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($EnvelopePath)
    if (Test-Path -LiteralPath $path) { throw "There is something at $path already: an envelope is never replaced. Give another name." }
    $certificate = Get-RecoveryCertificate -Path $PSCmdlet.GetUnresolvedProviderPathFromPSPath($RecoveryCertificatePath)
    $secret = Read-Base64 -What 'the secret'
    $dataKey = [byte[]]::new(64)
    $temporary = "$path.$([Guid]::NewGuid().ToString('N')).tmp"
    try {
        Set-RandomBytes -Bytes $dataKey
        $header = ConvertTo-Base64Url -Bytes ([Text.Encoding]::ASCII.GetBytes($script:Protected))
        $sealed = Protect-Content -Secret $secret -DataKey $dataKey -Header $header
        $envelope = [ordered]@{
            protected  = $header
            recipients = @(
                [ordered]@{
                    header        = @{ alg = $script:ByAccount }
                    encrypted_key = ConvertTo-Base64Url -Bytes (Protect-KeyByAccount -DataKey $dataKey)
                },
                [ordered]@{
                    header        = [ordered]@{ alg = $script:ByRecoveryKey; 'x5t#S256' = Get-Thumbprint -Certificate $certificate }
                    encrypted_key = ConvertTo-Base64Url -Bytes (Protect-KeyByCertificate -DataKey $dataKey -Certificate $certificate)
                }
            )
            iv         = $sealed.Iv
            ciphertext = $sealed.Ciphertext
            tag        = $sealed.Tag
        }
        $text = (ConvertTo-Json -InputObject $envelope -Depth 4) + "`n"
        [IO.File]::WriteAllBytes($temporary, [Text.Encoding]::ASCII.GetBytes($text))
        Assert-Opens -Path $temporary -Secret $secret
        # Fails where somebody made the file meanwhile.
        [IO.File]::Move($temporary, $path)
    }
    finally {
        [Array]::Clear($secret, 0, $secret.Length)
        [Array]::Clear($dataKey, 0, $dataKey.Length)
        if (Test-Path -LiteralPath $temporary) { Remove-Item -LiteralPath $temporary }
    }
}

function Unprotect-RuntimeSecret {
    <#
    .SYNOPSIS
    Writes the secret of an envelope to standard output, for the user who protected it.

    .DESCRIPTION
    Opens the wrap of the Windows account, which works for the same user on the same machine. The secret is written as base64
    and a line feed. Where Windows does not open it, Restore-RuntimeSecret does, with the recovery key.

    .PARAMETER EnvelopePath
    The envelope.

    .EXAMPLE
    Unprotect-RuntimeSecret -EnvelopePath .\signing.escrow.json
    #>
    [CmdletBinding()]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $EnvelopePath
    )

    $envelope = Read-Envelope -Path $PSCmdlet.GetUnresolvedProviderPathFromPSPath($EnvelopePath)
    $dataKey = Unprotect-KeyByAccount -Envelope $envelope
    try {
        Write-Base64 -Bytes (Unprotect-Content -Envelope $envelope -DataKey $dataKey)
    }
    finally {
        [Array]::Clear($dataKey, 0, $dataKey.Length)
    }
}

function Restore-RuntimeSecret {
    <#
    .SYNOPSIS
    Writes the secret of an envelope to standard output, by the recovery key.

    .DESCRIPTION
    Reads the private recovery key from standard input, up to its end: PKCS#8 as base64, with or without the lines that make
    it PEM, and not encrypted. Works for every user on every machine. The secret is written as base64 and a line feed, so
    that it can be protected again for the user who is here now.

    .PARAMETER EnvelopePath
    The envelope.

    .EXAMPLE
    Restore-RuntimeSecret -EnvelopePath .\signing.escrow.json
    #>
    [CmdletBinding()]
    [OutputType([void])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidateNotNullOrEmpty()]
        [string] $EnvelopePath
    )

    $envelope = Read-Envelope -Path $PSCmdlet.GetUnresolvedProviderPathFromPSPath($EnvelopePath)
    $privateKey = Read-Base64 -What 'the recovery key'
    try {
        $dataKey = Unprotect-KeyByPrivateKey -Envelope $envelope -PrivateKey $privateKey
    }
    finally {
        [Array]::Clear($privateKey, 0, $privateKey.Length)
    }
    try {
        Write-Base64 -Bytes (Unprotect-Content -Envelope $envelope -DataKey $dataKey)
    }
    finally {
        [Array]::Clear($dataKey, 0, $dataKey.Length)
    }
}

# What standard input holds as base64, decoded. Lines of PEM around it are left out.
function Read-Base64 {
    [OutputType([byte[]])]
    param([string] $What)

    $stream = [Console]::OpenStandardInput()
    # Base64 takes four letters for three bytes; the rest is for line breaks and PEM.
    $bytes = [byte[]]::new(2 * $script:LargestSecret)
    $letters = [char[]]::new(0)
    $size = 0
    try {
        while ($true) {
            if ($size -eq $bytes.Length) { throw "Standard input holds more than $size bytes: $What is not read." }
            $read = $stream.Read($bytes, $size, $bytes.Length - $size)
            if ($read -eq 0) { break }
            $size += $read
        }
        $letters = [Text.Encoding]::ASCII.GetChars($bytes, 0, $size)
        Clear-Armour -Letters $letters
        $decoded = [Convert]::FromBase64CharArray($letters, 0, $letters.Length)
        if ($decoded.Length -eq 0) { throw "Standard input is empty: $What is expected there as base64." }
        , $decoded
    }
    catch [FormatException] {
        throw "Standard input is no base64: $What is expected there, and nothing else."
    }
    finally {
        [Array]::Clear($bytes, 0, $bytes.Length)
        [Array]::Clear($letters, 0, $letters.Length)
    }
}

# Lines that begin with a dash become blanks, which base64 may have between its letters.
function Clear-Armour {
    [OutputType([void])]
    param([char[]] $Letters)

    $armour = $false
    $begins = $true
    for ($at = 0; $at -lt $Letters.Length; $at++) {
        if ($begins) { $armour = $Letters[$at] -eq [char] '-' }
        $begins = $Letters[$at] -eq [char] "`n"
        if ($armour -and -not $begins) { $Letters[$at] = [char] ' ' }
    }
}

# Writes bytes as base64 with a line feed to standard output, and clears them.
function Write-Base64 {
    [OutputType([void])]
    param([byte[]] $Bytes)

    $letters = [char[]]::new([int] (4 * [Math]::Ceiling($Bytes.Length / 3) + 1))
    $encoded = [byte[]]::new(0)
    try {
        $size = [Convert]::ToBase64CharArray($Bytes, 0, $Bytes.Length, $letters, 0)
        $letters[$size] = [char] "`n"
        $encoded = [Text.Encoding]::ASCII.GetBytes($letters, 0, $size + 1)
        $output = [Console]::OpenStandardOutput()
        $output.Write($encoded, 0, $encoded.Length)
        $output.Flush()
    }
    finally {
        [Array]::Clear($Bytes, 0, $Bytes.Length)
        [Array]::Clear($letters, 0, $letters.Length)
        [Array]::Clear($encoded, 0, $encoded.Length)
    }
}

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

# RFC 7518, section 5.2.2.1: encrypt, then authenticate header, vector and ciphertext.
function Protect-Content {
    [OutputType([pscustomobject])]
    param([byte[]] $Secret, [byte[]] $DataKey, [string] $Header)

    $vector = [byte[]]::new(16)
    Set-RandomBytes -Bytes $vector
    $cipher = New-Cipher -DataKey $DataKey -Vector $vector
    try {
        $ciphertext = $cipher.CreateEncryptor().TransformFinalBlock($Secret, 0, $Secret.Length)
    }
    finally {
        $cipher.Dispose()
    }
    $tag = Get-Tag -DataKey $DataKey -Header $Header -Vector $vector -Ciphertext $ciphertext
    [pscustomobject]@{
        Iv         = ConvertTo-Base64Url -Bytes $vector
        Ciphertext = ConvertTo-Base64Url -Bytes $ciphertext
        Tag        = ConvertTo-Base64Url -Bytes $tag
    }
}

# RFC 7518, section 5.2.2.2: nothing is decrypted before the tag is the right one.
function Unprotect-Content {
    [OutputType([byte[]])]
    param([pscustomobject] $Envelope, [byte[]] $DataKey)

    $altered = "$($Envelope.Path) was altered: its tag is not that of its content. Nothing was opened."
    if ($DataKey.Length -ne 64) { throw $altered }
    $tag = Get-Tag -DataKey $DataKey -Header $Envelope.Header -Vector $Envelope.Vector -Ciphertext $Envelope.Ciphertext
    if (-not (Test-SameBytes -Left $tag -Right $Envelope.Tag)) { throw $altered }
    $cipher = New-Cipher -DataKey $DataKey -Vector $Envelope.Vector
    try {
        , $cipher.CreateDecryptor().TransformFinalBlock($Envelope.Ciphertext, 0, $Envelope.Ciphertext.Length)
    }
    finally {
        $cipher.Dispose()
    }
}

# The second half of the data key encrypts (RFC 7518, section 5.2.2.1).
function New-Cipher {
    [OutputType([Security.Cryptography.Aes])]
    param([byte[]] $DataKey, [byte[]] $Vector)

    $key = [byte[]]::new(32)
    [Array]::Copy($DataKey, 32, $key, 0, 32)
    $cipher = [Security.Cryptography.Aes]::Create()
    $cipher.Mode = [Security.Cryptography.CipherMode]::CBC
    $cipher.Padding = [Security.Cryptography.PaddingMode]::PKCS7
    $cipher.Key = $key
    $cipher.IV = $Vector
    [Array]::Clear($key, 0, $key.Length)
    $cipher
}

# The first half of the data key authenticates; the tag is the first half of the HMAC.
function Get-Tag {
    [OutputType([byte[]])]
    param([byte[]] $DataKey, [string] $Header, [byte[]] $Vector, [byte[]] $Ciphertext)

    $associated = [Text.Encoding]::ASCII.GetBytes($Header)
    $bits = [BitConverter]::GetBytes([uint64] (8 * $associated.Length))
    if ([BitConverter]::IsLittleEndian) { [Array]::Reverse($bits) }
    $message = [IO.MemoryStream]::new()
    foreach ($part in @($associated, $Vector, $Ciphertext, $bits)) { $message.Write($part, 0, $part.Length) }
    $key = [byte[]]::new(32)
    [Array]::Copy($DataKey, 0, $key, 0, 32)
    $hmac = [Security.Cryptography.HMACSHA512]::new($key)
    try {
        $tag = [byte[]]::new(32)
        [Array]::Copy($hmac.ComputeHash($message.ToArray()), 0, $tag, 0, 32)
        , $tag
    }
    finally {
        $hmac.Dispose()
        [Array]::Clear($key, 0, $key.Length)
    }
}

# An envelope as far as it is needed, each field decoded. What is not of version 1 is refused.
function Read-Envelope {
    [OutputType([pscustomobject])]
    param([string] $Path)

    if (-not (Test-Path -LiteralPath $Path -PathType Leaf)) { throw "There is no envelope at $Path." }
    if ((Get-Item -LiteralPath $Path).Length -gt $script:LargestEnvelope) { throw "$Path is larger than an envelope can be." }
    $version = $null
    try {
        $json = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($Path))
        $header = [string] $json.protected
        $stated = ConvertFrom-Json -InputObject ([Text.Encoding]::ASCII.GetString((ConvertFrom-Base64Url -Text $header)))
        if ($stated.typ -cne 'runtime-escrow') { throw 'expected an envelope of the runtime' }
        $version = $stated.version
    }
    catch {
        throw "$Path is no envelope of the runtime."
    }
    if ($version -ne 1) { throw "$Path is an envelope of version ${version}: this runtime reads version 1. Install a newer one." }
    try {
        $keys = @{}
        $thumbprint = ''
        foreach ($recipient in @($json.recipients)) {
            $keys[[string] $recipient.header.alg] = ConvertFrom-Base64Url -Text $recipient.encrypted_key
            if ($recipient.header.alg -ceq $script:ByRecoveryKey) { $thumbprint = [string] $recipient.header.'x5t#S256' }
        }
        $envelope = [pscustomobject]@{
            Path       = $Path
            Header     = $header
            Keys       = $keys
            Thumbprint = $thumbprint
            Vector     = ConvertFrom-Base64Url -Text $json.iv
            Ciphertext = ConvertFrom-Base64Url -Text $json.ciphertext
            Tag        = ConvertFrom-Base64Url -Text $json.tag
        }
        if ($stated.enc -cne 'A256CBC-HS512' -or $envelope.Vector.Length -ne 16) { throw 'expected A256CBC-HS512' }
    }
    catch {
        throw "$Path is damaged: a field is missing, or is not what it should be."
    }
    $envelope
}

function Get-WrappedKey {
    [OutputType([byte[]])]
    param([pscustomobject] $Envelope, [string] $Algorithm)

    if (-not $Envelope.Keys.ContainsKey($Algorithm)) { throw "$($Envelope.Path) has no key that is wrapped by $Algorithm." }
    , $Envelope.Keys[$Algorithm]
}

# An envelope that does not give back its secret is worse than none.
function Assert-Opens {
    [OutputType([void])]
    param([string] $Path, [byte[]] $Secret)

    $envelope = Read-Envelope -Path $Path
    $dataKey = Unprotect-KeyByAccount -Envelope $envelope
    $opened = Unprotect-Content -Envelope $envelope -DataKey $dataKey
    $same = Test-SameBytes -Left $opened -Right $Secret
    [Array]::Clear($dataKey, 0, $dataKey.Length)
    [Array]::Clear($opened, 0, $opened.Length)
    if (-not $same) { throw 'What was written does not open to the secret: no envelope was made. Try again.' }
}

# Looks at all bytes, so that the time tells nothing of where they differ.
function Test-SameBytes {
    [OutputType([bool])]
    param([byte[]] $Left, [byte[]] $Right)

    $different = $Left.Length -bxor $Right.Length
    for ($at = 0; $at -lt $Left.Length -and $at -lt $Right.Length; $at++) {
        $different = $different -bor ($Left[$at] -bxor $Right[$at])
    }
    $different -eq 0
}

function Set-RandomBytes {
    [OutputType([void])]
    param([byte[]] $Bytes)

    $source = [Security.Cryptography.RandomNumberGenerator]::Create()
    try { $source.GetBytes($Bytes) } finally { $source.Dispose() }
}

# RFC 4648, section 5, without padding.
function ConvertTo-Base64Url {
    [OutputType([string])]
    param([byte[]] $Bytes)

    [Convert]::ToBase64String($Bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_')
}

function ConvertFrom-Base64Url {
    [OutputType([byte[]])]
    param([string] $Text)

    if ($Text -cnotmatch '\A[A-Za-z0-9_-]+\z') { throw 'expected base64url' }
    $padding = '=' * ((4 - $Text.Length % 4) % 4)
    , [Convert]::FromBase64String($Text.Replace('-', '+').Replace('_', '/') + $padding)
}

Export-ModuleMember -Function 'Protect-RuntimeSecret', 'Restore-RuntimeSecret', 'Unprotect-RuntimeSecret'
