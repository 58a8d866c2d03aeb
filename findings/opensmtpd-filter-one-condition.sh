#!/bin/bash
# OpenSMTPD: a filter takes one condition, and a second one is a syntax error; a rule of delivery takes as many as one likes.
#
# One would guess: `filter NAME phase rcpt-to match CONDITIONS reject …` takes conditions side by side, as `match CONDITIONS
# action …` of the same file does, and as its manual has it in the plural. So strangers are refused, but not own clients nor
# those with a password, by `match !auth !src <own> …`.
# What happens: a syntax error. Several conditions are several filters in a chain, in which each that lets somebody through
# says `bypass`, so that the ones behind it are not asked.
#
# Version: opensmtpd 6.8.0p2-4+b4. Output seen:
#     match auth from src <own>        taken
#     filter: match !auth              taken
#     filter: match !src <own>         taken
#     filter: match !auth !src <own>   syntax error
#     filter: chain of three           taken
#
# It matters to whoever wants to exempt own clients from a filter: the word that is needed is not `!` but `bypass`.
# Source: smtpd.conf(5), 'filter' and 'MAIL FILTERING'.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# With the libraries that a system may lack.
packages='opensmtpd=6.8.0p2-4+b4 libevent-2.1-7=2.1.12-stable-8 libdb5.3=5.3.28+dfsg2-1'
apt-get -qq -o APT::Sandbox::User=root download $packages || { echo "cannot be had: $packages"; exit 77; }
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH=$PWD/root/usr/lib/$(uname -m)-linux-gnu

# Prints what smtpd says of some lines, which it only reads.
try() {
  name=$1
  {
    echo "table own { 192.0.2.1 }"
    echo "action x mbox"
    printf '%s\n' "${@:2}"
    echo "match from local for local action x"
  } >smtpd.conf
  said=$(root/usr/sbin/smtpd -n -f smtpd.conf 2>&1) || true
  case $said in
  *'configuration OK'*) said=taken ;;
  *'syntax error'*) said='syntax error' ;;
  esac
  printf '%-32s %s\n' "$name" "$said"
}

{
  try 'match auth from src <own>' 'match auth from src <own> for any action x'
  try 'filter: match !auth' 'filter f phase rcpt-to match !auth reject "450 later"'
  try 'filter: match !src <own>' 'filter f phase rcpt-to match !src <own> reject "450 later"'
  try 'filter: match !auth !src <own>' 'filter f phase rcpt-to match !auth !src <own> reject "450 later"'
  try 'filter: chain of three' \
    'filter a phase rcpt-to match auth bypass' \
    'filter b phase rcpt-to match src <own> bypass' \
    'filter c phase rcpt-to match !src <own> reject "450 later"' \
    'filter f chain { a, b, c }'
} | tee seen

diff seen - <<'END'
match auth from src <own>        taken
filter: match !auth              taken
filter: match !src <own>         taken
filter: match !auth !src <own>   syntax error
filter: chain of three           taken
END
