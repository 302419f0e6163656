#Requires -Version 5.1
# A part of RuntimeEscrow: secrets on standard input and output, and base64url.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

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
