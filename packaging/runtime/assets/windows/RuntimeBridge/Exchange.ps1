#Requires -Version 5.1
# A part of RuntimeBridge: how the bytes of a request and of its answer go.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Most bytes of a request, and of an answer.
$script:LargestMessage = 64 * 1024 * 1024

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
        if (-not $process.WaitForExit((Get-TimeLeft -Deadline $Deadline))) { throw 'The relay in WSL does not end: the time is over.' }
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

    try {
        $ended = $Task.Wait((Get-TimeLeft -Deadline $Deadline))
    }
    catch {
        throw "The bridge failed while ${What}: $($_.Exception.GetBaseException().Message)"
    }
    if (-not $ended) { throw "The bridge gave up while ${What}: the time is over. -TimeoutSeconds allows more." }
}

# In milliseconds.
function Get-TimeLeft {
    [OutputType([int])]
    param([DateTime] $Deadline)

    [int] [Math]::Max(0, ($Deadline - [DateTime]::UtcNow).TotalMilliseconds)
}
