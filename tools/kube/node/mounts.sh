# What node.sh puts over the machine's paths, in its own mount namespace (bash, sourced: it uses STATE).
# Where the machine lacks a path, its parent is covered by an overlay that has it. So nothing is made on the machine,
# and no node takes away what another one mounts over.

# cover PARENT: an overlay over PARENT, with what is mounted below it still there
cover() {
	local under=/run/under$1 own=$STATE/overlay$1 mounted
	mkdir -p "$under" "$own/upper" "$own/work"
	mount --rbind "$1" "$under"
	mounted=$(awk -v p="$1/" 'index($5, p) == 1 { print $5 }' /proc/self/mountinfo | sort -u)
	mount -t overlay overlay -o "lowerdir=$1,upperdir=$own/upper,workdir=$own/work" "$1"
	for m in $mounted; do
		mount --rbind "$under${m#"$1"}" "$m"
	done
}

# over PATH...: a private folder of STATE/root over each
over() {
	local d parent covered=" "
	for d in "$@"; do
		[ ! -d "$d" ] || continue
		parent=$(dirname "$d")
		while [ ! -d "$parent" ]; do parent=$(dirname "$parent"); done
		# once each: the kernel stacks two overlays at most
		case $covered in
		*" $parent "*) ;;
		*) cover "$parent" && covered="$covered$parent " ;;
		esac
		mkdir -p "$d"
	done
	for d in "$@"; do
		mkdir -p "$STATE/root$d"
		mount --bind "$STATE/root$d" "$d"
	done
}
