@{
    RootModule           = 'RuntimeEscrow.psm1'
    ModuleVersion        = '1.0.0'
    GUID                 = 'c2f1b7d4-6a0e-4c93-8f0d-3b5a9e7710c8'
    Author               = 'Slipway release engineering'
    CompanyName          = 'Slipway release engineering'
    Copyright            = '2025 Slipway release engineering'
    Description          = 'Keeps a secret under the account of a Windows user and under an offline recovery key.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FunctionsToExport    = @('Protect-RuntimeSecret', 'Restore-RuntimeSecret', 'Unprotect-RuntimeSecret')
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
}
