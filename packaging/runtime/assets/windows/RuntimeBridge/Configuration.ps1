#Requires -Version 5.1
# A part of RuntimeBridge: the settings.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Texts in quotes of a TOML file, by section and key, with their lines. What is written in another form is not there.
function Read-Configuration {
    [OutputType([hashtable])]
    param([string] $Path)

    if (-not (Test-Path -LiteralPath $Path -PathType Leaf)) {
        throw "There is no configuration at ${Path}: install the runtime again, or name its configuration with -ConfigurationPath."
    }
    $settings = @{}
    $section = ''
    $number = 0
    foreach ($line in @(Get-Content -LiteralPath $Path -Encoding UTF8)) {
        $number++
        if ($line -match '^\s*\[(?<section>[A-Za-z0-9_-]+)\]\s*(#.*)?$') {
            $section = $Matches['section']
        }
        elseif ($line -match '^\s*(?<key>[A-Za-z0-9_-]+)\s*=\s*("(?<value>[^"\\]*)"|''(?<value>[^'']*)'')\s*(#.*)?$') {
            $settings["$section.$($Matches['key'])"] = [pscustomobject]@{ Value = $Matches['value']; Line = $number }
        }
    }
    $settings
}
