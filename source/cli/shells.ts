/** Shells that words can be completed in. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

type Shell = (typeof SHELLS)[number];

/** The word before those to complete; what is asked for by people has no such name. */
export const COMPLETE = '__complete';

/** What each shell runs once; it asks rad at each Tab, so that ids are those of now, and never evaluates what it is told. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
	bash: `_rad() {
	local line
	COMPREPLY=()
	while IFS=$'\\t' read -r line _; do
		COMPREPLY+=("$line")
	done < <(rad ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _rad rad`,
	zsh: `#compdef rad
_rad() {
	local -a names notes
	local name note
	while IFS=$'\\t' read -r name note; do
		names+=("$name")
		notes+=("$name\${note:+  -- $note}")
	done < <(rad ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)
	(( $#names )) && compadd -l -d notes -a names || _files
}
if [ "$funcstack[1]" = _rad ]; then _rad; else compdef _rad rad; fi`,
	fish: `function __rad_complete
	set -l words (commandline -opc)
	rad ${COMPLETE} $words[2..] (commandline -ct | string collect --allow-empty) 2>/dev/null
end
complete -c rad -a '(__rad_complete)'`,
};
