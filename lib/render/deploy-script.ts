import type { Command, HostApplication } from "./host-application";

/** What `deploy.sh` says by its exit status. */
export const EXIT_STATUS = {
  deployed: 0,
  notPulled: 10,
  notInstalled: 11,
  notMigrated: 12,
  rolledBack: 20,
  nothingHealthy: 21,
  usage: 64,
  locked: 75,
  notRoot: 77,
} as const;

/**
 * The script that deploys a branch to the server that it is on: pulls, installs and migrates beside the running release, then takes over, and goes
 * back to the release before if the new one is not well.
 *
 * A release is a directory of its own, named after its commit; what runs is what the link `current` points to. So nothing of the running release
 * changes before its successor is complete, and going back is a link and a restart, without another install.
 *
 * @param app checked by `hostApplication`: every value is safe within single quotes
 */
export function deployScript(app: HostApplication): string {
  return `\
#!/usr/bin/env bash
# Deploys a branch of ${app.remote} to this server. Generated: change the application's props and make the server anew instead.
#
#   sudo /usr/local/bin/deploy.sh [BRANCH]   pull, install, migrate, restart, check; back to the release before if the check fails
#   ... --rollback                           back to the release before
#   ... --key                                print the public half of the key that reads the repository
#
# Exit status: 0 deployed, or nothing to do; 10 not pulled, 11 not installed, 12 not migrated (the running release was not
# touched); 20 not healthy, the release before runs again; 21 not healthy, and neither is the release before; 64 wrong
# use; 75 another deployment is running; 77 not root.
set -euo pipefail

readonly unit='${app.name}.service' app_user='${app.name}' home='${app.home}'
readonly branch_by_default='${app.branch}'
readonly health_url='http://127.0.0.1:${app.port}${app.healthPath}' health_seconds=${app.healthSeconds}
readonly keep_releases=${app.keepReleases}
readonly repository="$home/repository.git" releases="$home/releases"

say() { printf '%s %s\\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*" || true; }
fail() {
  local status=$1
  shift
  say "FAILED: $*"
  exit "$status"
}

# The application's user, without the lock: what it leaves behind must not keep the next deployment out.
as_app() { runuser --user "$app_user" -- env HOME="$home" GIT_TERMINAL_PROMPT=0 "$@" 9>&-; }

install_release() {
${steps(app.install, "as_app")}
}

migrate_release() {
${steps(app.migrate, `as_app '${app.settingsCommand}'`)}
}

# Three good answers in a row: a service that falls over and starts again gives single ones.
is_healthy() {
  local deadline=$((SECONDS + health_seconds)) in_a_row=0
  while true; do
    if systemctl is-active --quiet "$unit" && curl --fail --silent --max-time 5 --output /dev/null "$health_url"; then
      in_a_row=$((in_a_row + 1))
      [ "$in_a_row" -lt 3 ] || return 0
    else
      in_a_row=0
    fi
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 1
  done
}

release_of() { if [ -L "$home/$1" ]; then basename "$(readlink "$home/$1")"; fi; }

# One rename: there is no moment without a current release.
point() {
  ln -sfn "releases/$2" "$home/$1.new" &&
    mv -T "$home/$1.new" "$home/$1"
}

run_release() {
  point current "$1" &&
    systemctl restart "$unit"
}

# Set while the new release has taken over and is not known to be well: however the script ends then, it goes back.
unproven=
running=
go_back() {
  local status=$1
  unproven=
  if [ -z "$running" ]; then
    say "there is no release before it to go back to"
    exit "${EXIT_STATUS.nothingHealthy}"
  fi
  say "rolling back to $running (migrations are not undone)"
  if run_release "$running" && is_healthy; then
    say "ROLLED BACK: $running runs again"
    exit "$status"
  fi
  say "FAILED: $running is not healthy either; see journalctl -u $unit and ${app.logDirectory}/application.log"
  exit "${EXIT_STATUS.nothingHealthy}"
}

# shellcheck disable=SC2317,SC2329 # the trap below calls it
finish() {
  local status=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [ -n "$unproven" ]; then
    say "interrupted before $unproven was known to be healthy"
    go_back "${EXIT_STATUS.rolledBack}"
  fi
  exit "$status"
}

take_over() {
  local release=$1
  unproven=$release
  if run_release "$release" && is_healthy; then
    unproven=
    [ -z "$running" ] || [ "$running" = "$release" ] || point previous "$running"
    return 0
  fi
  say "$release is not healthy: $health_url did not answer well within $health_seconds s"
  tail -n 20 '${app.logDirectory}/application.log' 2>/dev/null || true
  # It was this one that ran, ill: the one before it, then.
  if [ "$running" = "$release" ]; then running=$(release_of previous); fi
  if [ "$running" = "$release" ]; then running=; fi
  go_back "${EXIT_STATUS.rolledBack}"
}

forget_old_releases() {
  local kept=0 release
  while read -r release; do
    kept=$((kept + 1))
    if [ "$kept" -le "$keep_releases" ] || [ "$release" = "$(release_of current)" ] || [ "$release" = "$(release_of previous)" ]; then continue; fi
    as_app git -C "$repository" worktree remove --force "$releases/$release" || rm -rf "\${releases:?}/$release"
    rm -f "$releases/$release.ready"
  done < <(find "$releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\\n' | sort -rn | cut -d' ' -f2)
  as_app git -C "$repository" worktree prune
}

deploy() {
  local branch=$1 commit release
  say "deploying $branch"
  as_app git -C "$repository" fetch --quiet --prune origin '+refs/heads/*:refs/remotes/origin/*' || fail ${EXIT_STATUS.notPulled} "$branch could not be pulled"
  commit=$(as_app git -C "$repository" rev-parse --verify --quiet "refs/remotes/origin/$branch^{commit}") || fail ${EXIT_STATUS.notPulled} "there is no branch $branch"
  if [ "$commit" = "$running" ] && is_healthy; then
    say "DEPLOYED: $branch is at $commit, which runs already"
    return 0
  fi
  release="$releases/$commit"
  if [ ! -e "$release.ready" ]; then
    # What an earlier attempt left half done.
    if [ -e "$release" ]; then
      as_app git -C "$repository" worktree remove --force "$release" || rm -rf "\${release:?}"
      as_app git -C "$repository" worktree prune
    fi
    as_app git -C "$repository" worktree add --quiet --force --detach "$release" "$commit" || fail ${EXIT_STATUS.notPulled} "$commit could not be checked out"
    cd "$release"
    install_release || fail ${EXIT_STATUS.notInstalled} "$commit could not be installed; \${running:-nothing} still runs"
    touch "$release.ready"
  fi
  cd "$release"
  migrate_release || fail ${EXIT_STATUS.notMigrated} "the migrations of $commit failed; \${running:-nothing} still runs"
  cd "$home"
  touch "$release"
  take_over "$commit"
  forget_old_releases || say "old releases could not be removed"
  say "DEPLOYED: $branch at $commit"
}

main() {
  trap '' PIPE
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  exec 9>"$home/deploy.lock"
  flock --nonblock 9 || fail ${EXIT_STATUS.locked} "another deployment is running"
  cd "$home"
  running=$(release_of current)
  if [ "$1" = --rollback ]; then
    local previous
    previous=$(release_of previous)
    [ -n "$previous" ] || fail ${EXIT_STATUS.nothingHealthy} "there is no release to go back to"
    say "going back from $running to $previous"
    take_over "$previous"
    say "ROLLED BACK: $previous runs"
  else
    deploy "$1"
  fi
}

readonly what=\${1:-$branch_by_default}
if [ $# -gt 1 ] || { [ "$what" != --rollback ] && [ "$what" != --key ] && ! [[ $what =~ ^[A-Za-z0-9][A-Za-z0-9._/-]*$ ]]; }; then
  echo "usage: deploy.sh [BRANCH | --rollback | --key]" >&2
  exit ${EXIT_STATUS.usage}
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "deploy.sh: it restarts a service; run it with sudo" >&2
  exit ${EXIT_STATUS.notRoot}
fi
if [ "$what" = --key ]; then
  exec cat "$home/.ssh/id_ed25519.pub"
fi
# -i: an interrupt ends the deployment, which then says what it does about it.
main "$what" 2>&1 | tee -i -a '${app.logDirectory}/deploy.log'
exit "\${PIPESTATUS[0]}"
`;
}

/** One line a command, the first that fails being the last; without any, a function still needs a body. */
function steps(commands: readonly Command[], prefix: string): string {
  return commands.length === 0 ? "  true" : commands.map((words) => `  ${prefix} ${words.map((word) => `'${word}'`).join(" ")}`).join(" &&\n");
}
