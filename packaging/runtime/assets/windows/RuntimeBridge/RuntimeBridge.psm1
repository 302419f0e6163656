#Requires -Version 5.1
# The bridge between clients and the service of the runtime where Windows and WSL lie between them. The transport is
# declared in etc\runtime\runtime.toml, section [bridge], and there is one: relay. A process on the service's side is
# started for each request, takes it on standard input, and hands it to the loopback address that its own configuration
# names. So no port is open across the border, every networking mode of WSL will do, the other end is a program at an
# absolute path that runs with the caller's own rights, and nobody else can stand in for it.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Most bytes of a request, and of an answer.
$script:LargestMessage = 64 * 1024 * 1024
$script:DefaultConfiguration = Join-Path -Path $PSScriptRoot -ChildPath '..\..\..\..\etc\runtime\runtime.toml'
$script:RelayInWsl = '/usr/share/runtime/wsl/relay.sh'

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

# The answer of the service on Windows, as bytes.
function Send-LoopbackRequest {
    [OutputType([byte[]])]
    param([pscustomobject] $Bridge, [byte[]] $Request, [DateTime] $Deadline)

    $client = [Net.Sockets.TcpClient]::new($Bridge.Address.AddressFamily)
    try {
        $where = "the service at $($Bridge.Address) port $($Bridge.Port)"
        Wait-Step -Task $client.ConnectAsync($Bridge.Address, $Bridge.Port) -Deadline $Deadline -What "reaching $where"
        $stream = $client.GetStream()
        Wait-Step -Task $stream.WriteAsync($Request, 0, $Request.Length) -Deadline $Deadline -What "sending to $where"
        , (Read-Whole -Stream $stream -Deadline $Deadline -What 'the answer')
    }
    finally {
        $client.Close()
    }
}

# The answer of the service in WSL, as bytes: relay.sh hands the request on.
function Send-WslRequest {
    [OutputType([byte[]])]
    param([pscustomobject] $Bridge, [byte[]] $Request, [DateTime] $Deadline)

    $process = Start-WithPlainInput -Start (New-RelayStart -Distribution $Bridge.Distribution)
    try {
        $said = $process.StandardError.ReadToEndAsync()
        $stream = $process.StandardInput.BaseStream
        $unsent = $null
        try {
            Wait-Step -Task $stream.WriteAsync($Request, 0, $Request.Length) -Deadline $Deadline -What 'sending to WSL'
            $stream.Close()
        }
        catch {
            # A relay that refuses does not read; why, it says itself.
            $unsent = $_
        }
        $answer = Read-Whole -Stream $process.StandardOutput.BaseStream -Deadline $Deadline -What 'the answer from WSL'
        Wait-Step -Task $said -Deadline $Deadline -What 'the end of the relay in WSL'
        $process.WaitForExit()
        if ($process.ExitCode -ne 0) {
            $text = ($said.Result + [Text.Encoding]::UTF8.GetString($answer)).Trim()
            throw "The relay in WSL ended with exit code $($process.ExitCode): $text"
        }
        if ($null -ne $unsent) { throw $unsent }
        , $answer
    }
    finally {
        if (-not $process.HasExited) { $process.Kill() }
        $process.Dispose()
    }
}

# How the relay in WSL is started: without a shell, so that nothing is read twice, and by its absolute path.
function New-RelayStart {
    [OutputType([Diagnostics.ProcessStartInfo])]
    param([string] $Distribution)

    $system = [Environment]::GetFolderPath('System')
    $program = Join-Path -Path $system -ChildPath 'wsl.exe'
    if (-not (Test-Path -LiteralPath $program -PathType Leaf)) {
        throw "There is no WSL on this machine ($program): run wsl --install --no-distribution as administrator, or set service = `"windows`"."
    }
    $start = [Diagnostics.ProcessStartInfo]::new($program)
    # Names of distributions have no blanks and no quotes: Get-RuntimeBridge refuses others.
    $start.Arguments = if ($Distribution -eq '') { "--exec $script:RelayInWsl" } else { "--distribution $Distribution --exec $script:RelayInWsl" }
    # A folder that WSL can enter whatever the caller's is.
    $start.WorkingDirectory = $system
    # wsl.exe itself speaks UTF-16 unless it is told otherwise.
    $start.EnvironmentVariables['WSL_UTF8'] = '1'
    $start
}

# Starts a process with all three streams redirected. .NET Framework puts the mark of a UTF-8 console in front of what the
# process reads; with ASCII there is none.
function Start-WithPlainInput {
    [OutputType([Diagnostics.Process])]
    param([Diagnostics.ProcessStartInfo] $Start)

    $Start.UseShellExecute = $false
    $Start.CreateNoWindow = $true
    $Start.RedirectStandardInput = $true
    $Start.RedirectStandardOutput = $true
    $Start.RedirectStandardError = $true
    $before = [Console]::InputEncoding
    $marked = $before.GetPreamble().Length -gt 0
    try {
        if ($marked) { [Console]::InputEncoding = [Text.Encoding]::ASCII }
        [Diagnostics.Process]::Start($Start)
    }
    finally {
        if ($marked) { [Console]::InputEncoding = $before }
    }
}

# Reads a stream to its end, within the limits of size and time.
function Read-Whole {
    [OutputType([byte[]])]
    param([IO.Stream] $Stream, [DateTime] $Deadline, [string] $What)

    $all = [IO.MemoryStream]::new()
    $piece = [byte[]]::new(65536)
    while ($true) {
        $reading = $Stream.ReadAsync($piece, 0, $piece.Length)
        Wait-Step -Task $reading -Deadline $Deadline -What "reading $What"
        if ($reading.Result -eq 0) { break }
        $all.Write($piece, 0, $reading.Result)
        if ($all.Length -gt $script:LargestMessage) { throw "More than $script:LargestMessage bytes came: $What is not read." }
    }
    , $all.ToArray()
}

function Wait-Step {
    [OutputType([void])]
    param([Threading.Tasks.Task] $Task, [DateTime] $Deadline, [string] $What)

    $left = [int] [Math]::Max(0, ($Deadline - [DateTime]::UtcNow).TotalMilliseconds)
    try {
        $ended = $Task.Wait($left)
    }
    catch {
        throw "The bridge failed while ${What}: $($_.Exception.GetBaseException().Message)"
    }
    if (-not $ended) { throw "The bridge gave up while ${What}: the time is over. -TimeoutSeconds allows more." }
}

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

Export-ModuleMember -Function 'Get-RuntimeBridge', 'Invoke-RuntimeRelay', 'Send-RuntimeRequest', 'Test-RuntimeBridge'
