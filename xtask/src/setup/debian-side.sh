#!/usr/bin/env bash
# Packages of another Debian suite or architecture, unpacked beside the system's own and never installed into it.
#
#   debian-side.sh run  SUITE DIR PACKAGE...    PACKAGE and all that it needs, unpacked in DIR/root; wrappers
#                                               for its programs in DIR/bin
#   debian-side.sh root SUITE DIR PACKAGE...    the same; the wrappers take DIR/root for the root directory, which
#                                               programs need that start others of theirs, as compilers do
#   debian-side.sh add  SUITE DIR PACKAGE...    these packages alone, unpacked in DIR/root
#   debian-side.sh only SUITE DIR PACKAGE...    these packages alone, as .deb files in DIR
#   debian-side.sh newest SUITE DIR PACKAGE     the name of the kernel's debug package that a meta package depends on
#
# ARCH names another architecture. The mirror is the one that this system's apt already uses. A wrapper takes
# libbpf from BTFSCOPE_LIBBPF, a folder, where that is set.
set -euo pipefail
mode=$1 suite=$2 dir=$(realpath -m "$3")
shift 3
arch=${ARCH:-$(dpkg --print-architecture)}
keys=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keys" ] || { echo "there is no $keys: the package debian-archive-keyring brings it" >&2; exit 1; }
mirror=$(cat /etc/apt/sources.list.d/*debian* /etc/apt/sources.list 2>/dev/null |
  sed -n 's/^URIs: *//p; s/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' | grep debian | grep -v security | head -1 || true)
[ -n "$mirror" ] || { echo "apt's sources name no Debian mirror" >&2; exit 1; }

state=$dir/apt-$suite-$arch
mkdir -p "$state"/{lists/partial,cache/archives/partial}
echo "deb [signed-by=$keys] $mirror $suite main" >"$state/sources.list"
if [ "$mode" = run ] || [ "$mode" = root ]; then : >"$state/status"; else cp /var/lib/dpkg/status "$state/status"; fi
options=(-oDir::Etc::sourcelist="$state/sources.list" -oDir::Etc::sourceparts=- -oDir::State="$state"
  -oDir::State::lists="$state/lists" -oDir::State::status="$state/status" -oDir::Cache="$state/cache"
  -oAPT::Architecture="$arch" -oAPT::Architectures="$arch" -oAPT::Sandbox::User=root -oAcquire::Languages=none)
get() { apt-get -qq "${options[@]}" "$@"; }
# A list of the same hour is new enough.
if [ -z "$(find "$state/lists" -name '*_Packages*' -mmin -60 -print -quit)" ]; then get update; fi

case $mode in
  newest)
    apt-cache "${options[@]}" depends --no-recommends --no-suggests "$1" | sed -n 's/^ *Depends: *\(linux-image-.*-dbg\)$/\1/p' | head -1
    exit
    ;;
  only)
    cd "$dir"
    get download "$@"
    exit
    ;;
  add)
    mkdir -p "$dir/root" "$state/alone"
    (cd "$state/alone" && get download "$@")
    for deb in "$state"/alone/*.deb; do dpkg-deb -x "$deb" "$dir/root"; done
    rm -r "$state/alone"
    exit
    ;;
esac

get -y --no-install-recommends --download-only install "$@"
mkdir -p "$dir/root" "$dir/bin.part"
for deb in "$state"/cache/archives/*.deb; do dpkg-deb -x "$deb" "$dir/root"; done
for link in bin sbin lib lib64; do [ -e "$dir/root/$link" ] || ln -s "usr/$link" "$dir/root/$link"; done
# enter FOLDER PROGRAM ARGS: the folders of users' files stay where they are, and the program starts in this one.
cat >"$dir/enter" <<'ENTER'
#!/bin/sh
root=$1; shift
here=${PWD#/}; here=${here%%/*}
[ "$(id -u)" = 0 ] || as=-r
exec unshare $as -m sh -c 'root=$1 here=$2 folder=$3 program=$4; shift 4
for under in tmp home root proc dev "$here"; do
  [ -d "/$under" ] && mkdir -p "$root/$under" && mount --rbind "/$under" "$root/$under"
done
exec unshare --root="$root" --wd="$folder" "$program" "$@"' sh "$root" "$here" "$PWD" "$@"
ENTER
chmod +x "$dir/enter"
loader=$(find "$dir/root" -name 'ld-linux*.so.*' | head -1)
libs=$(find "$dir/root" -path "$dir/root/usr/share" -prune -o -name '*.so*' -type f -printf '%h\n' | sort -u | paste -sd:)
for package in "$@"; do
  dpkg-deb -c "$(ls "$state/cache/archives/${package}"_*.deb)" | awk '$6 ~ "^\\./usr/s?bin/." {print substr($6,2)}' |
    while read -r program; do
      wrapper=$dir/bin.part/$(basename "$program")
      [ "$mode" = run ] || {
        printf '#!/bin/sh\nexec "%s" "%s" "%s" "$@"\n' "$dir/enter" "$dir/root" "$program" >"$wrapper"
        chmod +x "$wrapper"
        continue
      }
      printf '#!/bin/sh\nexec "%s" --library-path "${BTFSCOPE_LIBBPF:+$BTFSCOPE_LIBBPF:}%s" "%s" "$@"\n' \
        "$loader" "$libs" "$dir/root$program" >"$wrapper"
      chmod +x "$wrapper"
    done
done
rm -r "$state/cache"
# The folder's name says that all is there.
mv "$dir/bin.part" "$dir/bin"
