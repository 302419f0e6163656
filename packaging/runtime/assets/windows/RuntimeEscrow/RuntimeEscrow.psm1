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
foreach ($part in 'Base64.ps1', 'Wraps.ps1', 'Content.ps1', 'Envelope.ps1') { . (Join-Path -Path $PSScriptRoot -ChildPath $part) }

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

Export-ModuleMember -Function 'Protect-RuntimeSecret', 'Restore-RuntimeSecret', 'Unprotect-RuntimeSecret'
