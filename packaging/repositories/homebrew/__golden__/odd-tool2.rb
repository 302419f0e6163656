# Written by Slipway from the release of odd 1.0.0-rc.1: the next release writes it again.
class OddTool2 < Formula
  desc "Says \"\#{hi}\" and \\ more: yes"
  homepage "https://odd.example/"
  url "https://releases.example/releases/odd/1.0.0-rc.1/odd-1.0.0-rc.1-macos-universal.tar.gz"
  version "1.0.0-rc.1"
  sha256 "3dc2d32e1a1db8ddec8849faaf3002a6950e63d3e84630217907fea204113622"
  license all_of: [{ any_of: ["MIT", { "Apache-2.0" => { with: "LLVM-exception" } }] }, "BSD-3-Clause"]

  on_linux do
    depends_on arch: :arm64

    on_arm do
      url "https://releases.example/releases/odd/1.0.0-rc.1/odd-1.0.0-rc.1-linux-aarch64.tar.gz"
      sha256 "ee1e4a11a0e0e15e43b00c91f37901c1a7ff9ffca30497c5115747269723430c"
    end
  end

  def install
    bin.install "bin/odd"
    bin.install "bin/odd-helper" if OS.mac?
    (share/"man/de/man1").install "share/man/de/man1/odd.1.gz"
  end

  def caveats
    <<~EOS
      Says "\#{exit 1}", \#$0, \#@x, \\n: {} - yes
      \x45OS
      # no comment
    EOS
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/odd version --plain")
  end
end
