"""The halves of the completion scripts that are the same whatever options there are (see completion.py)."""

#: bash leaves file names to readline (``-o default``), which knows how to quote them, and cuts words at ``=``, ``:``
#: and ``@``, so that they have to be put together again from the line as it was typed
BASH = r"""# bash completion of storescu, dcmsend and storejet; made by: storejet completion bash

@TABLES@

_storejet_kind() { # what the words before the last one say that this one is: a kind, or "option"
    local tool=$1 at=0 seen=0 arguments=()
    shift
    local words=("$@")
    local last=$((${#words[@]} - 1))
    while ((at < last)); do
        arguments=()
        if [[ ${words[at]} == [-+][!0-9]* ]]; then
            mapfile -t arguments < <(_storejet_arguments "$tool" "${words[at]}")
        else
            ((++seen))
        fi
        ((at += 1 + ${#arguments[@]}))
    done
    if ((at > last)); then
        echo "${arguments[${#arguments[@]} - (at - last)]}"
    elif [[ ${words[last]} == [-+]* ]]; then
        echo option
    else
        echo "${_storejet_parameters[seen < ${#_storejet_parameters[@]} ? seen : ${#_storejet_parameters[@]} - 1]}"
    fi
}

_storejet() {
    local words=() rest=${COMP_LINE:0:COMP_POINT} trimmed piece i tool kind
    for ((i = 0; i <= COMP_CWORD; ++i)); do
        trimmed=${rest#"${rest%%[![:space:]]*}"}
        piece=${COMP_WORDS[i]}
        ((i == COMP_CWORD)) && piece=$trimmed
        if ((i == 0)) || [[ $trimmed != "$rest" ]]; then
            words+=("$piece")
        else
            words[${#words[@]}-1]+=$piece
        fi
        rest=${trimmed#"$piece"}
    done
    local current=${words[${#words[@]}-1]} candidates
    COMPREPLY=()
    tool=${words[0]##*/}
    words=("${words[@]:1}")
    if [[ $tool == storejet ]]; then
        if ((${#words[@]} == 1)); then
            tool=commands kind=option
        else
            tool=${words[0]}
            words=("${words[@]:1}")
            case $tool in
            storescu | dcmsend) ;;
            *)
                kind=-
                ((${#words[@]} == 1)) && kind=$(_storejet_arguments commands "$tool")
                ;;
            esac
        fi
    fi
    if [[ -z $kind && $current == @* ]]; then
        kind=command-file
    elif [[ -z $kind ]]; then
        kind=$(_storejet_kind "$tool" "${words[@]}")
    fi
    case $kind in
    option) candidates=$(_storejet_options "$tool") ;;
    =*) candidates=${kind#=} candidates=${candidates//,/$'\n'} ;;
    host) candidates=$(compgen -A hostname) ;;
    command-file)
        candidates=$(compgen -f -- "${current#@}")
        candidates=@${candidates//$'\n'/$'\n'@}
        [[ $candidates == @ ]] && return
        ;;
    file)
        compopt -o default
        return
        ;;
    directory)
        compopt -o dirnames
        return
        ;;
    *) return ;;
    esac
    local word before=${current%"$2"}
    while IFS=$'\t' read -r word _; do # without the descriptions
        [[ -n $word && $word == "$current"* ]] && COMPREPLY+=("${word#"$before"}")
    done <<<"$candidates"
}

complete -F _storejet storescu dcmsend storejet
"""

ZSH = r"""#compdef storescu dcmsend storejet
# zsh completion of storescu, dcmsend and storejet; made by: storejet completion zsh

@TABLES@

_storejet() {
    local tool=${words[1]:t} kind= at=2 seen=0
    local -a arguments lines
    if [[ $tool == storejet ]]; then
        if ((CURRENT == 2)); then
            tool=commands kind=option
        else
            tool=$words[2] at=3
            case $tool in
            storescu | dcmsend) ;;
            *)
                kind=-
                ((CURRENT == 3)) && kind=$(_storejet_arguments commands $tool)
                ;;
            esac
        fi
    fi
    if [[ -z $kind && $PREFIX == @* ]]; then
        kind=command-file
    elif [[ -z $kind ]]; then
        while ((at < CURRENT)); do
            arguments=()
            if [[ $words[at] == [-+][^0-9]* ]]; then
                arguments=(${(f)"$(_storejet_arguments $tool ${(Q)words[at]})"})
            else
                ((++seen))
            fi
            ((at += 1 + $#arguments))
        done
        if ((at > CURRENT)); then
            kind=$arguments[$#arguments+1-at+CURRENT]
        elif [[ $PREFIX == [-+]* ]]; then
            kind=option
        elif ((seen < $#_storejet_parameters)); then
            kind=$_storejet_parameters[seen+1]
        else
            kind=$_storejet_parameters[-1]
        fi
    fi
    case $kind in
    option)
        lines=(${(f)"$(_storejet_options $tool)"})
        lines=(${lines//:/\\:})
        lines=(${lines/$'\t'/:})
        if [[ $tool == commands ]]; then
            _describe command lines
        else
            _describe -o option lines
        fi
        ;;
    \=*) compadd -- ${(s:,:)kind#=} ;;
    host) _hosts ;;
    command-file)
        compset -P @
        _files
        ;;
    file) _files ;;
    directory) _files -/ ;;
    *) return 1 ;;
    esac
}

if [[ $funcstack[1] == _storejet ]]; then
    _storejet "$@"
else
    compdef _storejet storescu dcmsend storejet
fi
"""

FISH = r"""# fish completion of storescu, dcmsend and storejet; made by: storejet completion fish

@TABLES@

function __storejet_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l tool (string replace -r '.*/' '' -- $words[1])
    set -e words[1]
    set -l kind
    if test "$tool" = storejet
        if test (count $words) -eq 0
            __storejet_options commands
            return
        end
        set tool $words[1]
        set -e words[1]
        if not contains -- $tool storescu dcmsend
            set kind -
            test (count $words) -eq 0; and set kind (__storejet_arguments commands $tool)
        end
    end
    if test -z "$kind"; and string match -q '@*' -- $current
        set kind command-file
    else if test -z "$kind"
        set -l at 1
        set -l seen 0
        set -l arguments
        while test $at -le (count $words)
            set arguments
            if string match -qr '^[-+][^0-9]' -- $words[$at]
                set arguments (__storejet_arguments $tool $words[$at])
            else
                set seen (math $seen + 1)
            end
            set at (math $at + 1 + (count $arguments))
        end
        set -l place (math (count $words) + 1)
        if test $at -gt $place
            set kind $arguments[(math (count $arguments) + 1 - $at + $place)]
        else if string match -qr '^[-+]' -- $current
            set kind option
        else
            set kind $__storejet_parameters[(math "min($seen + 1, "(count $__storejet_parameters)")")]
        end
    end
    switch "$kind"
        case option
            __storejet_options $tool
        case '=*'
            string split , -- (string sub -s 2 -- $kind)
        case host
            __fish_print_hostnames
        case command-file
            for path in (__fish_complete_path (string sub -s 2 -- $current))
                echo @$path
            end
        case file
            __fish_complete_path $current
        case directory
            __fish_complete_directories $current
    end
end

for command in storescu dcmsend storejet
    complete -c $command -f -a '(__storejet_complete)'
end
"""
