#Requires -Version 5.1
<#
.SYNOPSIS
Keeps a secret under the account of this Windows user and under an offline recovery key.

.DESCRIPTION
protect reads a secret as base64 from standard input and makes an envelope; unprotect writes the secret of an envelope to
standard output as base64; recover does so by the recovery key, which it reads from standard input. Secrets never are
arguments. Exit code 0 where that was done; 1 where not, and standard error says why.

.PARAMETER Action
protect, unprotect or recover.

.PARAMETER EnvelopePath
The envelope.

.PARAMETER RecoveryCertificatePath
The certificate of the recovery key, for protect.

.EXAMPLE
powershell.exe -NoProfile -NonInteractive -ExecutionPolicy RemoteSigned -File escrow.ps1 unprotect signing.escrow.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateSet('protect', 'unprotect', 'recover')]
    [string] $Action,

    [Parameter(Mandatory = $true, Position = 1)]
    [string] $EnvelopePath,

    [Parameter(Position = 2)]
    [string] $RecoveryCertificatePath = ''
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

try {
    Import-Module -Name (Join-Path -Path $PSScriptRoot -ChildPath 'RuntimeEscrow\RuntimeEscrow.psd1')
    if (($Action -eq 'protect') -ne ($RecoveryCertificatePath -ne '')) {
        throw 'expected protect ENVELOPE CERTIFICATE, unprotect ENVELOPE or recover ENVELOPE.'
    }
    switch ($Action) {
        'protect' { Protect-RuntimeSecret -EnvelopePath $EnvelopePath -RecoveryCertificatePath $RecoveryCertificatePath }
        'unprotect' { Unprotect-RuntimeSecret -EnvelopePath $EnvelopePath }
        'recover' { Restore-RuntimeSecret -EnvelopePath $EnvelopePath }
    }
    exit 0
}
catch {
    [Console]::Error.WriteLine("escrow: $($_.Exception.Message)")
    exit 1
}
