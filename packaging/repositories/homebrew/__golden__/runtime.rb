# Written by Slipway from the release of runtime 0.25.9: the next release writes it again.
class Runtime < Formula
  desc "Checks, bundles and serves client scripts"
  homepage "https://esbuild.github.io/"
  url "https://releases.example/releases/runtime/0.25.9/runtime-0.25.9-macos-universal.tar.gz"
  version "0.25.9"
  sha256 "c10f9a70d477825bb9bd84b10582fb06f301b46c3e334ded884b439b0629dadb"
  license "MIT"

  on_linux do
    on_arm do
      url "https://releases.example/releases/runtime/0.25.9/runtime-0.25.9-linux-aarch64.tar.gz"
      sha256 "9f436ff84468b2c66f7028a3f4d0b4d6cd577fbcdc8bd58418a7347a19ed38f2"
    end
    on_intel do
      url "https://releases.example/releases/runtime/0.25.9/runtime-0.25.9-linux-x86_64.tar.gz"
      sha256 "a37efe34d55580f1107b27b41cef2a4d7802c47c8543d6948706bf4e66a22b21"
    end
  end

  def install
    bin.install "bin/runtime"
    libexec.install "libexec/runtime-release-quarantine" if OS.mac?
    etc.install "etc/runtime"
    bash_completion.install "share/bash-completion/completions/runtime"
    fish_completion.install "share/fish/vendor_completions.d/runtime.fish"
    zsh_completion.install "share/zsh/site-functions/_runtime" if OS.mac?
    zsh_completion.install "share/zsh/vendor-completions/_runtime" if OS.linux?
    man1.install "share/man/man1/runtime.1.gz"
    share.install "share/doc", "share/runtime"
  end

  service do
    run [opt_bin/"runtime", "--serve=127.0.0.1:7117", "--servedir=#{opt_share}/runtime/fixtures", "--watch=forever"]
    keep_alive true
    log_path var/"log/runtime.log"
    error_log_path var/"log/runtime.log"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/runtime --version")
  end
end
