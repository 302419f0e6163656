#Requires -Version 5.1
# A part of RuntimeBridge: what an answer says.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# RFC 9112: a status line, headers, an empty line, and the body up to the end.
function ConvertFrom-Answer {
    [OutputType([pscustomobject])]
    param([byte[]] $Bytes, [switch] $WithoutBody)

    # Latin-1 has a letter for each byte, so places in the text are places in the bytes.
    $text = [Text.Encoding]::GetEncoding(28591).GetString($Bytes)
    $end = $text.IndexOf("`r`n`r`n", [StringComparison]::Ordinal)
    $begins = $text -cmatch '^HTTP/1\.[01] (?<status>\d{3})[ \r]'
    if ($end -lt 0 -or -not $begins) {
        throw "What answers is not the service of the runtime: $($Bytes.Length) bytes came that are no HTTP answer."
    }
    $status = [int] $Matches['status']
    $headers = @{}
    foreach ($line in ($text.Substring(0, $end) -split "`r`n" | Select-Object -Skip 1)) {
        $name, $value = $line -split ':\s*', 2
        $headers[$name] = $value
    }
    $size = $Bytes.Length - $end - 4
    $stated = $headers['Content-Length']
    if ($headers.ContainsKey('Transfer-Encoding') -or (-not $WithoutBody -and $null -ne $stated -and $stated -ne "$size")) {
        throw "The answer of the service is not whole: $size bytes came, and it states $stated."
    }
    $body = [byte[]]::new($size)
    [Array]::Copy($Bytes, $end + 4, $body, 0, $size)
    [pscustomobject]@{ Status = $status; Headers = $headers; Body = $body }
}
