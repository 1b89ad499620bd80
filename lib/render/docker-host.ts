import { cloudwatchAgent } from "./cloudwatch-agent";

/**
 * Pieces of the first boot that all Docker hosts on Amazon Linux 2023 share.
 *
 * Amazon Linux has Docker in its repositories and the Compose plugin nowhere: it is taken from its release, and refused
 * unless its checksum is the one that was reviewed with this code.
 */

/** Change the version and both checksums together, from checksums.txt of the release. */
export const COMPOSE_PLUGIN = {
  version: "v5.5.1",
  sha256: {
    aarch64: "732e3a84c1a0f67256ce80bc2598a24546b10ca05f9faa97efceb1171ece2ef7",
    x86_64: "db1889184726840f75c4f9c001048430d4f25b3be3cb084d3ddd762bc0aed576",
  },
} as const;

/** EC2 takes no more user data than this, before base64. */
export const USER_DATA_MAX_BYTES = 16_384;

/** Installs and starts Docker with the Compose plugin; containers go on while the daemon is restarted. */
export const INSTALL_DOCKER = `\
retry() { for _ in 1 2 3 4 5; do "$@" && return 0; sleep 10; done; return 1; }

retry dnf install -y docker jq amazon-cloudwatch-agent
install -d /etc/docker /usr/local/lib/docker/cli-plugins
cat > /etc/docker/daemon.json <<'EOF'
{"live-restore": true, "log-driver": "json-file", "log-opts": {"max-size": "10m", "max-file": "5"}}
EOF
arch=$(uname -m)
case $arch in
  aarch64) sum=${COMPOSE_PLUGIN.sha256.aarch64} ;;
  x86_64) sum=${COMPOSE_PLUGIN.sha256.x86_64} ;;
  *) echo "no Compose plugin is known for $arch" >&2; exit 1 ;;
esac
plugin=/usr/local/lib/docker/cli-plugins/docker-compose
retry curl --fail --silent --show-error --location --output "$plugin" \\
  "https://github.com/docker/compose/releases/download/${COMPOSE_PLUGIN.version}/docker-compose-linux-$arch"
echo "$sum  $plugin" | sha256sum --check --quiet
chmod 755 "$plugin"
systemctl enable --now docker
`;

/** Shell functions that ask the instance metadata service, version 2. */
export const INSTANCE_METADATA = `\
metadata() {
  local token
  token=$(curl --fail --silent --show-error --max-time 5 --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  curl --fail --silent --show-error --max-time 5 --header "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/$1"
}
AWS_DEFAULT_REGION=$(metadata meta-data/placement/region)
export AWS_DEFAULT_REGION
`;

/**
 * Writes a file as it stands: nothing in it is expanded.
 *
 * @throws Error when the text has the line that ends it
 */
export function writeFile(path: string, text: string, mode = "0644"): string {
  if (text.split("\n").includes(END_OF_FILE)) throw new Error(`${path}: the text has a line "${END_OF_FILE}", which ends it. Remove that line.`);
  return `install -D -m ${mode} /dev/stdin ${path} <<'${END_OF_FILE}'\n${text.replace(/\n?$/, "\n")}${END_OF_FILE}\n`;
}

const END_OF_FILE = "END_OF_FILE";

/**
 * What EC2 takes as user data, or an error that says by how much it is too long.
 *
 * @throws Error when it is longer than EC2 takes
 */
export function checkedUserData(script: string): string {
  const bytes = Buffer.byteLength(script);
  if (bytes > USER_DATA_MAX_BYTES) {
    throw new Error(`The user data has ${bytes} bytes: EC2 takes at most ${USER_DATA_MAX_BYTES}. Shorten the environment of the application, or move it into a secret.`);
  }
  return script;
}

/** Starts the CloudWatch agent; it follows the containers and the first boot, and measures the disks. */
export function startCloudwatchAgent({ namespace, disks, logGroup }: { readonly namespace: string; readonly disks: readonly string[]; readonly logGroup: string }): string {
  const path = "/opt/aws/amazon-cloudwatch-agent/etc/phaseline.json";
  const logs = ["/var/lib/docker/containers/*/*-json.log", "/var/log/cloud-init-output.log"].map((file) => ({ path: file, logGroup }));
  return `${writeFile(path, cloudwatchAgent({ namespace, disks, logs }))}/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:${path}\n`;
}
