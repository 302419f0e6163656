# Runs the Pester tests of this folder, and ends with the number of those that failed. npm run test:windows starts it.
param(
    [Parameter(Mandatory = $true)] [string] $Installed,
    [Parameter(Mandatory = $true)] [string] $Fixtures,
    [Parameter(Mandatory = $true)] [string] $Node
)
$ErrorActionPreference = 'Stop'
Import-Module -Name Pester -MinimumVersion 5.5.0

$data = @{ Installed = $Installed; Fixtures = $Fixtures; Node = $Node }
$files = Get-ChildItem -LiteralPath $PSScriptRoot -Filter '*.Tests.ps1' | Sort-Object -Property Name
$configuration = New-PesterConfiguration
$configuration.Run.Container = @($files | ForEach-Object { New-PesterContainer -Path $_.FullName -Data $data })
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration
if ($result.Result -ne 'Passed' -or $result.PassedCount -eq 0) { exit 1 }
exit 0
