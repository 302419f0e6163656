#Requires -Version 5.1
# The bridge between clients and the service of the runtime where Windows and WSL lie between them. The transport is
# declared in etc\runtime\runtime.toml, section [bridge], and there is one: relay. A process on the service's side is
# started for each request, takes it on standard input, and hands it to the loopback address that its own configuration
# names. So no port is open across the border, every networking mode of WSL will do, the other end is a program at an
# absolute path that runs with the caller's own rights, and nobody else can stand in for it.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$script:DefaultConfiguration = Join-Path -Path $PSScriptRoot -ChildPath '..\..\..\..\etc\runtime\runtime.toml'
$script:RelayInWsl = '/usr/share/runtime/wsl/relay.sh'
foreach ($part in 'Configuration.ps1', 'Exchange.ps1', 'Answer.ps1') { . (Join-Path -Path $PSScriptRoot -ChildPath $part) }

function Get-RuntimeBridge {
    <#
    .SYNOPSIS
    Tells how clients on Windows reach the service of the runtime.

    .DESCRIPTION
    Reads the sections [bridge] and [server] of the configuration. All mistakes are told at once, each with its place.

    .PARAMETER ConfigurationPath
    The configuration; by default the one that is installed with this module.

    .EXAMPLE
    Get-RuntimeBridge

    Service      : wsl
    Transport    : relay
    Distribution : Debian
    Address      : 127.0.0.1
    Port         : 7117
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [ValidateNotNullOrEmpty()]
        [string] $ConfigurationPath = $script:DefaultConfiguration
    )

    $settings = Read-Configuration -Path $ConfigurationPath
    $mistakes = [Collections.Generic.List[string]]::new()
    $rules = [ordered]@{
        'bridge.service'      = @('^(windows|wsl)$', 'windows or wsl')
        'bridge.transport'    = @('^relay$', 'relay')
        'bridge.distribution' = @('^[A-Za-z0-9._-]{0,64}$', 'the name of a distribution, or "" for the default one')
        'server.listen'       = @('^(127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]):\d{1,5}$', 'a loopback address and a port such as 127.0.0.1:7117')
    }
    foreach ($name in $rules.Keys) {
        $pattern, $expected = $rules[$name]
        $setting = $settings[$name]
        $section, $key = $name -split '\.'
        if ($null -eq $setting) {
            $mistakes.Add("${ConfigurationPath}: $key of [$section]: expected $expected in quotes, found nothing")
        }
        elseif ($setting.Value -cnotmatch $pattern) {
            $mistakes.Add("${ConfigurationPath}:$($setting.Line): ${key}: expected $expected, found $($setting.Value)")
        }
    }
    if ($mistakes.Count -gt 0) { throw ($mistakes -join [Environment]::NewLine) }

    $listen = $settings['server.listen'].Value
    $colon = $listen.LastIndexOf(':')
    $loopback = if ($listen.StartsWith('[')) { [Net.IPAddress]::IPv6Loopback } else { [Net.IPAddress]::Loopback }
    [pscustomobject]@{
        Service      = $settings['bridge.service'].Value
        Transport    = $settings['bridge.transport'].Value
        Distribution = $settings['bridge.distribution'].Value
        Address      = $loopback
        Port         = [int] $listen.Substring($colon + 1)
    }
}

function Send-RuntimeRequest {
    <#
    .SYNOPSIS
    Sends one HTTP request to the service of the runtime, and gives its answer.

    .DESCRIPTION
    The service may run on Windows or in WSL: the configuration says where, and how the request gets there. The answer has
    the number Status, the dictionary Headers and the bytes Body. An answer that ends early is refused.

    .PARAMETER Path
    What is asked for, such as /greeting.js.

    .PARAMETER Method
    GET, HEAD or POST.

    .PARAMETER Body
    The bytes that are sent with the request.

    .PARAMETER TimeoutSeconds
    How long the whole exchange may take.

    .PARAMETER ConfigurationPath
    The configuration; by default the one that is installed with this module.

    .EXAMPLE
    $answer = Send-RuntimeRequest -Path /greeting.js
    [Text.Encoding]::UTF8.GetString($answer.Body)
    #>
    [CmdletBinding()]
    [OutputType([pscustomobject])]
    param(
        [Parameter(Mandatory = $true, Position = 0)]
        [ValidatePattern('\A/[!-~]*\z')]
        [string] $Path,

        [ValidateSet('GET', 'HEAD', 'POST')]
        [string] $Method = 'GET',

        [AllowEmptyCollection()]
        [byte[]] $Body = @(),

        [ValidateRange(1, 600)]
        [int] $TimeoutSeconds = 30,

        [ValidateNotNullOrEmpty()]
        [string] $ConfigurationPath = $script:DefaultConfiguration
    )

    $bridge = Get-RuntimeBridge -ConfigurationPath $ConfigurationPath
    # HTTP/1.0: the answer comes in one piece and ends with the connection.
    $head = [Text.Encoding]::ASCII.GetBytes("$Method $Path HTTP/1.0`r`nHost: localhost`r`nContent-Length: $($Body.Length)`r`n`r`n")
    $request = [byte[]]::new($head.Length + $Body.Length)
    $head.CopyTo($request, 0)
    $Body.CopyTo($request, $head.Length)
    $deadline = [DateTime]::UtcNow.AddSeconds($TimeoutSeconds)
    if ($bridge.Service -eq 'wsl') {
        $answer = Send-WslRequest -Bridge $bridge -Request $request -Deadline $deadline
    }
    else {
        $answer = Send-LoopbackRequest -Bridge $bridge -Request $request -Deadline $deadline
    }
    ConvertFrom-Answer -Bytes $answer -WithoutBody:($Method -eq 'HEAD')
}

function Test-RuntimeBridge {
    <#
    .SYNOPSIS
    Tells whether the service of the runtime answers.

    .DESCRIPTION
    Gives true where any answer comes. Where none does, it gives false, and -Verbose tells why.

    .PARAMETER TimeoutSeconds
    How long the service may take.

    .PARAMETER ConfigurationPath
    The configuration; by default the one that is installed with this module.

    .EXAMPLE
    Test-RuntimeBridge -Verbose
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [ValidateRange(1, 600)]
        [int] $TimeoutSeconds = 10,

        [ValidateNotNullOrEmpty()]
        [string] $ConfigurationPath = $script:DefaultConfiguration
    )

    try {
        $answer = Send-RuntimeRequest -Path '/' -TimeoutSeconds $TimeoutSeconds -ConfigurationPath $ConfigurationPath
        Write-Verbose -Message "The service answers with status $($answer.Status)."
        $true
    }
    catch {
        Write-Verbose -Message $_.Exception.Message
        $false
    }
}

function Invoke-RuntimeRelay {
    <#
    .SYNOPSIS
    Hands one request from standard input to the service on Windows, and its answer to standard output.

    .DESCRIPTION
    The end on Windows of the bridge from WSL: runtime-windows relay starts it there, through relay.ps1. It is the
    counterpart of relay.sh in WSL. Nothing is written before the whole answer is there.

    .PARAMETER TimeoutSeconds
    How long the whole exchange may take.

    .PARAMETER ConfigurationPath
    The configuration; by default the one that is installed with this module.

    .EXAMPLE
    Invoke-RuntimeRelay -TimeoutSeconds 60
    #>
    [CmdletBinding()]
    [OutputType([void])]
    param(
        [ValidateRange(1, 600)]
        [int] $TimeoutSeconds = 30,

        [ValidateNotNullOrEmpty()]
        [string] $ConfigurationPath = $script:DefaultConfiguration
    )

    $bridge = Get-RuntimeBridge -ConfigurationPath $ConfigurationPath
    if ($bridge.Service -ne 'windows') {
        throw "The service runs in WSL, as $ConfigurationPath says: ask it there, or set service = `"windows`"."
    }
    $deadline = [DateTime]::UtcNow.AddSeconds($TimeoutSeconds)
    $request = Read-Whole -Stream ([Console]::OpenStandardInput()) -Deadline $deadline -What 'the request'
    $answer = Send-LoopbackRequest -Bridge $bridge -Request $request -Deadline $deadline
    $output = [Console]::OpenStandardOutput()
    $output.Write($answer, 0, $answer.Length)
    $output.Flush()
}

Export-ModuleMember -Function 'Get-RuntimeBridge', 'Invoke-RuntimeRelay', 'Send-RuntimeRequest', 'Test-RuntimeBridge'
