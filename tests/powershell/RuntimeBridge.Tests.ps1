param([string] $Installed, [string] $Fixtures, [string] $Node)

BeforeAll {
    . (Join-Path $PSScriptRoot 'Common.ps1')
    Import-Module -Name (Join-Path $Installed 'share\runtime\powershell\RuntimeBridge\RuntimeBridge.psd1') -Force
    $text = Get-Content -LiteralPath (Join-Path $Installed 'etc\runtime\runtime.toml') -Raw

    $start = [Diagnostics.ProcessStartInfo]::new($Node, "`"$(Join-Path $PSScriptRoot 'echo-service.ts')`"")
    $start.UseShellExecute = $false
    $start.RedirectStandardInput = $true
    $start.RedirectStandardOutput = $true
    $service = [Diagnostics.Process]::Start($start)
    $port = [int] $service.StandardOutput.ReadLine()

    # A copy of the installed configuration with the stand-in's address, and other changes.
    function New-Configuration {
        param([string] $Name, [string] $Listen = "127.0.0.1:$port", [string] $Service = 'windows', [string] $Distribution = '')

        $path = Join-Path $TestDrive $Name
        $changed = $text -replace '(?m)^listen = .*$', "listen = `"$Listen`"" `
            -replace '(?m)^service = .*$', "service = `"$Service`"" `
            -replace '(?m)^distribution = .*$', "distribution = `"$Distribution`""
        [IO.File]::WriteAllText($path, $changed)
        $path
    }

    $configuration = New-Configuration 'service.toml'
    $fromWsl = New-Configuration 'wsl.toml' -Service wsl -Distribution Debian
}

AfterAll {
    $service.StandardInput.Close()
    $service.WaitForExit()
}

Describe 'RuntimeBridge' {
    It 'reads the configuration that is installed beside it' {
        $bridge = Get-RuntimeBridge
        $bridge.Service | Should -Be 'windows'
        $bridge.Transport | Should -Be 'relay'
        $bridge.Distribution | Should -Be ''
        "$($bridge.Address) $($bridge.Port)" | Should -Be '127.0.0.1 7117'
    }

    It 'tells all mistakes of a configuration at once, with their lines' {
        $path = Join-Path $TestDrive 'mistakes.toml'
        [IO.File]::WriteAllText($path, "[server]`nlisten = `"192.0.2.1:80`"`n[bridge]`nservice = `"both`"`ndistribution = `"a b`"`n")
        $said = { Get-RuntimeBridge -ConfigurationPath $path } | Should -Throw -PassThru
        $lines = $said.Exception.Message -split [Environment]::NewLine
        $lines | Should -HaveCount 4
        $lines[0] | Should -Be "${path}:4: service: expected windows or wsl, found both"
        $lines[1] | Should -Be "${path}: transport of [bridge]: expected relay in quotes, found nothing"
        $lines[3] | Should -BeLike "${path}:2: listen: expected a loopback address and a port such as 127.0.0.1:7117, found 192.0.2.1:80"
    }

    It 'asks a service on Windows, and gives its answer byte for byte' {
        $body = [byte[]] (0..255 * 1000)
        $answer = Send-RuntimeRequest -Path '/bundle?a=b' -Method POST -Body $body -ConfigurationPath $configuration
        $answer.Status | Should -Be 200
        $answer.Headers['x-asked'] | Should -Be 'POST /bundle?a=b'
        [Convert]::ToBase64String($answer.Body) | Should -BeExactly ([Convert]::ToBase64String($body))
    }

    It 'asks with HEAD and GET, which have no body' {
        (Send-RuntimeRequest -Path / -Method HEAD -ConfigurationPath $configuration).Body | Should -HaveCount 0
        (Send-RuntimeRequest -Path / -ConfigurationPath $configuration).Headers['X-Asked'] | Should -Be 'GET /'
    }

    It 'refuses an answer that ends early, and one that is no HTTP' {
        { Send-RuntimeRequest -Path /short -ConfigurationPath $configuration } |
            Should -Throw 'The answer of the service is not whole: 0 bytes came, and it states 1.'
        { Send-RuntimeRequest -Path /rude -ConfigurationPath $configuration } |
            Should -Throw 'What answers is not the service of the runtime: 5 bytes came that are no HTTP answer.'
    }

    It 'refuses a path that would be another request' {
        { Send-RuntimeRequest -Path "/a HTTP/1.0`r`n`r`n" -ConfigurationPath $configuration } | Should -Throw
        { Send-RuntimeRequest -Path "/a`n" -ConfigurationPath $configuration } | Should -Throw
    }

    It 'gives up when the time is over' {
        { Send-RuntimeRequest -Path /late -TimeoutSeconds 1 -ConfigurationPath $configuration } |
            Should -Throw 'The bridge gave up while reading the answer: the time is over. -TimeoutSeconds allows more.'
    }

    It 'tells whether the service answers' {
        Test-RuntimeBridge -ConfigurationPath $configuration | Should -BeTrue
        # The discard port of loopback, where nothing listens.
        Test-RuntimeBridge -ConfigurationPath (New-Configuration 'gone.toml' -Listen '127.0.0.1:9') | Should -BeFalse
    }

    It 'hands a request from standard input to the service, and its answer to standard output, byte for byte' {
        [IO.File]::WriteAllText((Join-Path $Installed 'etc\runtime\runtime.toml'), (Get-Content -LiteralPath $configuration -Raw))
        try {
            $body = [byte[]] (0..255)
            $head = [Text.Encoding]::ASCII.GetBytes("POST /relayed HTTP/1.0`r`nContent-Length: 256`r`n`r`n")
            $answer = Invoke-Installed -Script relay.ps1 -InputBytes ([byte[]] ($head + $body))
            $answer.Said | Should -Be ''
            $answer.ExitCode | Should -Be 0
            $expected = [Text.Encoding]::ASCII.GetBytes("HTTP/1.0 200 OK`r`nContent-Length: 256`r`nX-Asked: POST /relayed`r`n`r`n") + $body
            [Convert]::ToBase64String($answer.Bytes) | Should -BeExactly ([Convert]::ToBase64String([byte[]] $expected))
        }
        finally {
            [IO.File]::WriteAllText((Join-Path $Installed 'etc\runtime\runtime.toml'), $text)
        }
    }

    It 'relays nothing to Windows where the service runs in WSL' {
        { Invoke-RuntimeRelay -ConfigurationPath $fromWsl } |
            Should -Throw "The service runs in WSL, as $fromWsl says: ask it there, or set service = `"windows`"."
    }

    It 'starts the relay in WSL by its absolute path, without a shell' {
        InModuleScope RuntimeBridge {
            Mock Test-Path { $true }
            $start = New-RelayStart -Distribution 'Debian'
            $start.FileName | Should -Be (Join-Path ([Environment]::GetFolderPath('System')) 'wsl.exe')
            $start.Arguments | Should -Be '--distribution Debian --exec /usr/share/runtime/wsl/relay.sh'
            (New-RelayStart -Distribution '').Arguments | Should -Be '--exec /usr/share/runtime/wsl/relay.sh'
        }
    }

    It 'says what to do where there is no WSL' {
        InModuleScope RuntimeBridge {
            Mock Test-Path { $false }
            { New-RelayStart -Distribution '' } | Should -Throw 'There is no WSL on this machine (*'
        }
    }

    It 'asks a service in WSL through the relay, which here is a program on Windows' {
        # What relay.sh does, to the same stand-in.
        $relay = "const net=require('net');const s=net.connect($port,'127.0.0.1');process.stdin.pipe(s,{end:false});s.pipe(process.stdout);s.on('close',()=>process.exit(0))"
        $body = [byte[]] (0..255 * 4000)
        $answer = InModuleScope RuntimeBridge -Parameters @{ Node = $Node; Relay = $relay; Body = $body; Configuration = $fromWsl } {
            param($Node, $Relay, $Body, $Configuration)

            $script:stub = [Diagnostics.ProcessStartInfo]::new($Node, "-e `"$Relay`"")
            Mock New-RelayStart { $script:stub }
            Send-RuntimeRequest -Path /far -Method POST -Body $Body -ConfigurationPath $Configuration
        }
        $answer.Headers['X-Asked'] | Should -Be 'POST /far'
        [Convert]::ToBase64String($answer.Body) | Should -BeExactly ([Convert]::ToBase64String($body))
    }

    It 'repeats what a relay says that refuses' {
        InModuleScope RuntimeBridge -Parameters @{ Node = $Node; Configuration = $fromWsl } {
            param($Node, $Configuration)

            $script:stub = [Diagnostics.ProcessStartInfo]::new($Node, "-e `"console.error('relay: the runtime does not answer'); process.exit(1)`"")
            Mock New-RelayStart { $script:stub }
            { Send-RuntimeRequest -Path / -ConfigurationPath $Configuration } |
                Should -Throw 'The relay in WSL ended with exit code 1: relay: the runtime does not answer'
        }
    }

    It 'is a module whose manifest Windows accepts, and whose help it finds' {
        $manifest = Join-Path $Installed 'share\runtime\powershell\RuntimeBridge\RuntimeBridge.psd1'
        (Test-ModuleManifest -Path $manifest).ExportedFunctions.Count | Should -Be 4
        foreach ($command in Get-Command -Module RuntimeBridge) {
            (Get-Help -Name $command.Name -Full).Examples | Should -Not -BeNullOrEmpty
        }
    }
}
