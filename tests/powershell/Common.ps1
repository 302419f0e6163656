# What the Pester tests share. Dot-sourced by each in BeforeAll; $Installed, $Fixtures and $Node are the test file's own.

# Runs a program with bytes on its standard input, and gives what it left.
function Invoke-Program {
    param([string] $Program, [string] $Arguments, [byte[]] $InputBytes = @())

    $start = [Diagnostics.ProcessStartInfo]::new($Program, $Arguments)
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    $said = $process.StandardError.ReadToEndAsync()
    $copy = [IO.MemoryStream]::new()
    $copying = $process.StandardOutput.BaseStream.CopyToAsync($copy)
    if ($InputBytes.Length -gt 0) { $process.StandardInput.BaseStream.Write($InputBytes, 0, $InputBytes.Length) }
    $process.StandardInput.Close()
    $process.WaitForExit()
    $copying.Wait()
    [pscustomobject]@{
        ExitCode = $process.ExitCode
        Bytes    = $copy.ToArray()
        Output   = [Text.Encoding]::ASCII.GetString($copy.ToArray()).Trim()
        Said     = $said.Result.Trim()
    }
}

# Runs one of the installed scripts by the PowerShell that runs the tests, as runtime-windows starts it.
function Invoke-Installed {
    param([string] $Script, [string] $Arguments = '', [byte[]] $InputBytes = @())

    $file = Join-Path $Installed "share\runtime\powershell\$Script"
    $how = "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy RemoteSigned -File `"$file`" $Arguments"
    Invoke-Program -Program (Get-Process -Id $PID).Path -Arguments $how -InputBytes $InputBytes
}

function Get-AsciiBytes {
    param([string] $Text)

    , [Text.Encoding]::ASCII.GetBytes($Text)
}
