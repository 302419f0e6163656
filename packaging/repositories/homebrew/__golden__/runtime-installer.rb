# Written by Slipway from the release of runtime 0.25.9: the next release writes it again.
cask "runtime-installer" do
  version "0.25.9"
  sha256 "06cb14d4b660e74842e77469ba900995cd0c2a1212dfeb0b442cb2613ecf3fd5"

  url "https://releases.example/releases/runtime/0.25.9/runtime-0.25.9-macos-universal.pkg"
  name "runtime"
  desc "Checks, bundles and serves client scripts"
  homepage "https://esbuild.github.io/"

  depends_on macos: :monterey

  pkg "runtime-0.25.9-macos-universal.pkg"

  uninstall launchctl: "example.slipway.runtime.runtime",
            pkgutil:   "example.slipway.runtime"

  zap trash: [
    "/Library/Logs/runtime",
    "/usr/local/etc/runtime",
    "/usr/local/var/run/runtime",
  ]
end
