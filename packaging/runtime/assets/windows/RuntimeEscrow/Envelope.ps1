#Requires -Version 5.1
# A part of RuntimeEscrow: envelopes as they are read.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

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
