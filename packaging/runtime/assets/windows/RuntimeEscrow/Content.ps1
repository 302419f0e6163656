#Requires -Version 5.1
# A part of RuntimeEscrow: A256CBC-HS512 (RFC 7518, section 5.2.5).
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

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
