#Requires -Version 5.1
<#
.SYNOPSIS
Hands one request from standard input to the service of the runtime on Windows, and its answer to standard output.

.DESCRIPTION
What runtime-windows relay starts from WSL. Exit code 0 where the service answered; 1 where not, and standard error says
why.

.EXAMPLE
powershell.exe -NoProfile -NonInteractive -ExecutionPolicy RemoteSigned -File relay.ps1
#>
[CmdletBinding()]
param()
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

try {
    Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'RuntimeBridge\RuntimeBridge.psd1')
    Invoke-RuntimeRelay
    exit 0
}
catch {
    [Console]::Error.WriteLine("relay: $($_.Exception.Message)")
    exit 1
}
