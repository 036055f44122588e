/**
 * The script that lets bash complete. The library's own needs the package bash-completion, evaluates what is half typed,
 * cannot be read twice, and knows no files.
 */

/** `:N` in the last line of the answer, as cobra has it: with 4 there is nothing to complete but the words above. */
export const BASH = `# bash completion for kaito
__kaito_complete() {
    local typed="\${COMP_LINE:0:COMP_POINT}" words cur out directive value
    read -ra words <<< "$typed"
    if [[ "$typed" == *[[:space:]] ]]; then
        words+=('')
    fi
    cur="\${words[\${#words[@]}-1]}"
    out="$(kaito complete -- "\${words[@]:1}" 2> /dev/null)"
    directive="\${out##*:}"
    # What stands before these is no part of the word to bash.
    local given="$cur" done=''
    if [[ "$given" == -*=* ]]; then
        given="\${given#*=}"
    fi
    if [[ "$given" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
        done="\${given%:*}:"
    fi
    COMPREPLY=()
    while IFS=$'\\t' read -r value _; do
        if [[ "$value" != :* && "$value" == "$given"* ]]; then
            COMPREPLY+=("\${value#"$done"}")
        fi
    done <<< "$out"
    if (( \${directive:-0} & 4 )); then
        compopt +o default 2> /dev/null
    fi
}
complete -o default -F __kaito_complete kaito
`
