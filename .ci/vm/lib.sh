# Shared by the scripts that make the virtual machine's parts. Sets root, the checkout, and store, the folder of what is
# made.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
store=$root/target/kernels
mkdir -p "$store/cache"

fail() {
  echo ".ci/kernels: $1" >&2
  exit 125
}

# Prints the archive that holds the folder $1 as the root.
archive() {
  (cd "$1" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet)
}

# Prints the paths of the shared libraries that the programs $@ need, as the loader looks for them.
libraries_of() {
  { ldd "$@" 2>/dev/null || :; } | sed -nE 's/^[[:space:]]*(.* => )?(\/[^ ]+) \(0x[0-9a-f]+\)$/\2/p' | sort -u
}
