#!/bin/sh
# The entry for CGI and FastCGI: mode 0755, LF line endings. It finds the program
# at ~/identity-backend/identity-backend by walking up from its own folder, where
# the web server starts it: HOME is unset, so "~" would mean nothing. Builtins
# only, since under CGI every request pays for what happens here.

# One request at a time needs one thread, and CloudLinux counts threads.
export GOMAXPROCS="${GOMAXPROCS:-1}"

# "$@" stays behind: Apache makes arguments of a query string (RFC 3875, 4.4).
start() {
    if [ -f "$1" ] && [ -x "$1" ]; then
        exec "$1"
    fi
}

start "$PWD/identity-backend"

# Not above /home/USER: what lies there belongs to somebody else.
folder=$PWD
while case $folder in /*/*) true ;; *) false ;; esac; do
    start "$folder/identity-backend/identity-backend"
    folder=${folder%/*}
done

echo "identity.fcgi: no program found from $PWD upwards: upload it as ~/identity-backend/identity-backend and chmod 755 it" >&2
exit 1
