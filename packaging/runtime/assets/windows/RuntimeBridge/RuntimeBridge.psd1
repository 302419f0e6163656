@{
    RootModule           = 'RuntimeBridge.psm1'
    ModuleVersion        = '1.0.0'
    GUID                 = '5d0a6c1e-0f0b-4a57-9b1e-7c4f3a2d8e61'
    Author               = 'Slipway release engineering'
    CompanyName          = 'Slipway release engineering'
    Copyright            = '2025 Slipway release engineering'
    Description          = 'Asks the service of the runtime from Windows, where it runs on Windows or in WSL.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    FunctionsToExport    = @('Get-RuntimeBridge', 'Invoke-RuntimeRelay', 'Send-RuntimeRequest', 'Test-RuntimeBridge')
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
}
