param([string] $Installed, [string] $Fixtures, [string] $Node)

BeforeAll {
    . (Join-Path $PSScriptRoot 'Common.ps1')
    $secret = (Get-Content -LiteralPath (Join-Path $Fixtures 'secret.txt') -Raw).Trim()
    $certificate = Join-Path $Fixtures 'recovery.cer'
    $recoveryKey = [IO.File]::ReadAllBytes((Join-Path $Fixtures 'recovery.key'))

    function New-Envelope {
        param([string] $Name)

        $path = Join-Path $TestDrive $Name
        $made = Invoke-Installed -Script escrow.ps1 -Arguments "protect `"$path`" `"$certificate`"" -InputBytes (Get-AsciiBytes "$secret`r`n")
        $made.Said | Should -Be ''
        $made.ExitCode | Should -Be 0
        $path
    }

    function Invoke-Escrow {
        param([string] $Action, [string] $Path, [byte[]] $InputBytes = @())

        Invoke-Installed -Script escrow.ps1 -Arguments "$Action `"$Path`"" -InputBytes $InputBytes
    }
}

Describe 'RuntimeEscrow' {
    It 'gives back what was protected, as base64 and a line feed' {
        $path = New-Envelope 'round trip.json'
        $opened = Invoke-Escrow -Action unprotect -Path $path
        $opened.Said | Should -Be ''
        $opened.ExitCode | Should -Be 0
        [Text.Encoding]::ASCII.GetString($opened.Bytes) | Should -BeExactly "$secret`n"
    }

    It 'leaves the secret in no file, and makes no other' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'alone')
        $path = New-Envelope 'alone\only.json'
        @(Get-ChildItem -LiteralPath $folder.FullName).Name | Should -Be 'only.json'
        Get-Content -LiteralPath $path -Raw | Should -Not -BeLike "*$($secret.Substring(0, 16))*"
    }

    It 'never replaces an envelope' {
        $path = New-Envelope 'kept.json'
        $before = Get-Content -LiteralPath $path -Raw
        $again = Invoke-Installed -Script escrow.ps1 -Arguments "protect `"$path`" `"$certificate`"" -InputBytes (Get-AsciiBytes $secret)
        $again.ExitCode | Should -Be 1
        $again.Said | Should -BeLike 'escrow: There is something at * already: an envelope is never replaced. Give another name.'
        Get-Content -LiteralPath $path -Raw | Should -BeExactly $before
    }

    It 'recovers by the private key, in PEM and as bare base64' {
        $path = New-Envelope 'recovered.json'
        (Invoke-Escrow -Action recover -Path $path -InputBytes $recoveryKey).Output | Should -BeExactly $secret
        $bare = ([Text.Encoding]::ASCII.GetString($recoveryKey) -split "`n" | Where-Object { $_ -notlike '-*' }) -join ''
        (Invoke-Escrow -Action recover -Path $path -InputBytes (Get-AsciiBytes $bare)).Output | Should -BeExactly $secret
    }

    It 'recovers an envelope that another implementation wrote' {
        $opened = Invoke-Escrow -Action recover -Path (Join-Path $Fixtures 'foreign.json') -InputBytes $recoveryKey
        $opened.Said | Should -Be ''
        $opened.Output | Should -BeExactly $secret
    }

    It 'writes envelopes that another implementation opens' {
        $path = New-Envelope 'exported.json'
        $opener = Join-Path $PSScriptRoot 'open-envelope.ts'
        $opened = Invoke-Program -Program $Node -Arguments "`"$opener`" `"$path`"" -InputBytes $recoveryKey
        $opened.Said | Should -Be ''
        $opened.Output | Should -BeExactly $secret
    }

    It 'opens nothing of which a letter was altered: <Field>' -TestCases @(
        @{ Field = 'protected' }, @{ Field = 'iv' }, @{ Field = 'ciphertext' }, @{ Field = 'tag' }
    ) {
        param([string] $Field)

        $path = New-Envelope "altered-$Field.json"
        $envelope = Get-Content -LiteralPath $path -Raw | ConvertFrom-Json
        $value = $envelope.$Field
        # In the middle, so that every bit of the letter counts.
        $at = [int] ($value.Length / 2)
        $letter = if ($value[$at] -ceq 'A') { 'B' } else { 'A' }
        $envelope.$Field = $value.Substring(0, $at) + $letter + $value.Substring($at + 1)
        [IO.File]::WriteAllText($path, (ConvertTo-Json -InputObject $envelope -Depth 4))
        foreach ($action in 'unprotect', 'recover') {
            $opened = Invoke-Escrow -Action $action -Path $path -InputBytes $recoveryKey
            $opened.ExitCode | Should -Be 1
            $opened.Output | Should -Be ''
            $opened.Said | Should -Match '^escrow: .* (was altered: its tag is not that of its content\. Nothing was opened|is no envelope of the runtime|is an envelope of version .*|is damaged: .*)\.?$'
        }
    }

    It 'names the certificate where the recovery key is another' {
        $path = New-Envelope 'wrong-key.json'
        $other = [IO.File]::ReadAllBytes((Join-Path $Fixtures 'other.key'))
        $opened = Invoke-Escrow -Action recover -Path $path -InputBytes $other
        $opened.ExitCode | Should -Be 1
        $opened.Output | Should -Be ''
        $thumbprint = (Get-Content -LiteralPath (Join-Path $Fixtures 'thumbprint.txt') -Raw).Trim()
        $opened.Said | Should -BeLike "escrow: This recovery key does not open *: it was protected for the certificate with SHA-256 $thumbprint (base64url)."
    }

    It 'refuses an envelope of a newer version, and says so' {
        $opened = Invoke-Escrow -Action recover -Path (Join-Path $Fixtures 'newer.json') -InputBytes $recoveryKey
        $opened.ExitCode | Should -Be 1
        $opened.Said | Should -BeLike 'escrow: * is an envelope of version 2: this runtime reads version 1. Install a newer one.'
    }

    It 'has nothing to unprotect where Windows wrapped no key' {
        $opened = Invoke-Escrow -Action unprotect -Path (Join-Path $Fixtures 'foreign.json')
        $opened.ExitCode | Should -Be 1
        $opened.Said | Should -BeLike 'escrow: * has no key that is wrapped by runtime-dpapi-user.'
    }

    It 'refuses what is no base64, and an empty standard input' {
        $path = Join-Path $TestDrive 'none.json'
        $arguments = "protect `"$path`" `"$certificate`""
        (Invoke-Installed -Script escrow.ps1 -Arguments $arguments -InputBytes (Get-AsciiBytes 'a secret!')).Said |
            Should -Be 'escrow: Standard input is no base64: the secret is expected there, and nothing else.'
        (Invoke-Installed -Script escrow.ps1 -Arguments $arguments).Said |
            Should -Be 'escrow: Standard input is empty: the secret is expected there as base64.'
        Test-Path -LiteralPath $path | Should -BeFalse
    }

    It 'refuses a recovery key of fewer than 3072 bits, and what is no certificate' {
        $small = Join-Path $Fixtures 'small.cer'
        $path = Join-Path $TestDrive 'none.json'
        (Invoke-Installed -Script escrow.ps1 -Arguments "protect `"$path`" `"$small`"" -InputBytes (Get-AsciiBytes $secret)).Said |
            Should -BeLike 'escrow: * has an RSA key of 2048 bits: expected 3072 or more.'
        $text = Join-Path $Fixtures 'secret.txt'
        (Invoke-Installed -Script escrow.ps1 -Arguments "protect `"$path`" `"$text`"" -InputBytes (Get-AsciiBytes $secret)).Said |
            Should -BeLike 'escrow: * is no certificate: expected X.509 in DER or PEM, without its private key.'
        Test-Path -LiteralPath $path | Should -BeFalse
    }

    It 'takes no secret as an argument' {
        $path = New-Envelope 'arguments.json'
        (Invoke-Installed -Script escrow.ps1 -Arguments "unprotect `"$path`" $secret").Said |
            Should -Be 'escrow: expected protect ENVELOPE CERTIFICATE, unprotect ENVELOPE or recover ENVELOPE.'
    }

    It 'is a module whose manifest Windows accepts, and whose help it finds' {
        $manifest = Join-Path $Installed 'share\runtime\powershell\RuntimeEscrow\RuntimeEscrow.psd1'
        (Test-ModuleManifest -Path $manifest).ExportedFunctions.Count | Should -Be 3
        Import-Module -Name $manifest -Force
        foreach ($command in Get-Command -Module RuntimeEscrow) {
            (Get-Help -Name $command.Name -Full).Examples | Should -Not -BeNullOrEmpty
        }
    }
}
