"""Let WordPress embed a story, with nothing of ours installed: python tests/outside/wordpress.py URL-OF-A-STORY FOLDER.

FOLDER is WordPress as Debian's packages have it: usr/share/wordpress, where `dpkg -x` of wordpress, php-getid3 and
wordpress-theme-twentytwentythree puts it. Debian's php-cli, php-mysql, mariadb-server, Chromium and chromedriver are
needed, and selenium where it is run. A database and PHP's own server are started on this machine alone and are gone
afterwards. WordPress is at `localhost`, so name the story by 127.0.0.1, as it has to be at another host. That it asks
addresses of its own network is the one thing that is changed in it.

Leaves with 1 where the frame is not shown, is not made as high as the story, or its link does not lead there.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

_CONFIG = """<?php
define('DB_NAME', 'sample'); define('DB_USER', 'root'); define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
define('WP_HOME', 'http://localhost:{port}'); define('WP_SITEURL', 'http://localhost:{port}');
define('DISABLE_WP_CRON', true); define('WP_HTTP_BLOCK_EXTERNAL', false); define('WP_DEBUG', false);
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
_LOOPBACK = """<?php
add_filter('http_request_host_is_external', '__return_true');
add_filter('http_allowed_safe_ports', function ($ports) { $ports[] = {port}; return $ports; });
"""
_INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'localhost:' . $argv[1];
require '{folder}/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Sample', 'sample', 'sample@example.org', false, '', 'sample');
"""
_POST = """<?php
$_SERVER['HTTP_HOST'] = 'localhost:' . $argv[1];
require '{folder}/wp-load.php';
wp_set_current_user(1);
$id = wp_insert_post(array('post_title' => 'A post', 'post_status' => 'publish', 'post_author' => 1,
    'post_content' => "Before.\\n\\n" . $argv[2] . "\\n\\nAfter."));
echo get_permalink($id), "\\n", _wp_oembed_get_object()->get_html($argv[2], array('width' => 600));
"""
_STATE = """
const frame = document.querySelector('iframe.wp-embedded-content'), quote = document.querySelector('blockquote');
return frame && {height: frame.height, shown: frame.getBoundingClientRect().height, clip: frame.style.clip,
  sandbox: frame.getAttribute('sandbox'), quote: quote ? getComputedStyle(quote).display : 'none at all'};
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(command: list[str], ready: str, folder: Path) -> Iterator[None]:
    """A server, until it is not needed any more; `ready` is an address or the path of a socket."""
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        try:
            for _ in range(300):
                if ready.startswith("/") and Path(ready).exists():
                    break
                try:
                    if ready.startswith("http"):
                        urlopen(ready, timeout=60).close()
                        break
                except OSError:
                    pass
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            process.wait(30)


def php(folder: Path, script: str, *given: str) -> str:
    path = folder / "script.php"
    path.write_text(script.replace("{folder}", str(folder / "site")))
    done = subprocess.run(["php", str(path), *given], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"WordPress: {done.stdout[-500:]} {done.stderr[-500:]}")
    return done.stdout


@contextmanager
def chromium(folder: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en"):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={folder / 'chromium'}")
    driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def look(driver: webdriver.Chrome, post: str, story: str) -> list[str]:
    """What is wrong with the post, after its frame had time to speak."""
    driver.get(post)

    WebDriverWait(driver, 60).until(lambda one: (one.execute_script(_STATE) or {}).get("quote") == "none")
    time.sleep(1)
    found = driver.execute_script(_STATE)
    sys.stdout.write(f"in the post: {found}\n")
    wrong = [] if found["sandbox"] == "allow-scripts" else [f"The sandbox is {found['sandbox']!r}."]
    if "rect" in found["clip"] or int(found["shown"]) < 200 or int(found["shown"]) != int(found["height"]):
        wrong.append("The frame is not shown in its height.")
    frame = driver.find_element("css selector", "iframe.wp-embedded-content")
    driver.switch_to.frame(frame)
    tall = driver.execute_script("return document.querySelector('main').getBoundingClientRect().height")
    link = driver.find_element("css selector", "a")
    address = str(link.get_attribute("href"))
    if abs(min(max(tall, 200), 1000) - int(found["height"])) > 2:
        wrong.append(f"The story is {tall} high, and the frame {found['height']}.")
    link.click()
    driver.switch_to.default_content()
    WebDriverWait(driver, 60).until(lambda one: one.current_url.startswith(story.partition("?")[0]))
    sys.stdout.write(f"the link {address} led the page to {driver.current_url}\n")
    return wrong


def main(story: str, package: Path) -> int:
    port, host = free_port(), urlsplit(story)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        site = folder / "site"
        shutil.copytree(package, site, symlinks=False, ignore_dangling_symlinks=True)
        (site / "wp-config.php").unlink(missing_ok=True)
        sock = folder / "sql"
        (site / "wp-config.php").write_text(_CONFIG.format(socket=sock, port=port))
        plugins = site / "wp-content" / "mu-plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        (plugins / "loopback.php").write_text(_LOOPBACK.replace("{port}", str(host.port)))
        data = folder / "data"
        own = ["--no-defaults", f"--datadir={data}", "--user=root"]
        tables = ["mariadb-install-db", *own, "--auth-root-authentication-method=normal"]
        subprocess.run(tables, capture_output=True, check=True)
        database = ["/usr/sbin/mariadbd", *own, f"--socket={sock}", "--skip-networking", f"--pid-file={folder / 'pid'}"]
        with running(database, str(sock), folder):
            create = ["mariadb", "--no-defaults", f"--socket={sock}", "-u", "root", "-e", "CREATE DATABASE sample"]
            subprocess.run(create, check=True)
            php(folder, _INSTALL, str(port))
            post, _, code = php(folder, _POST, str(port), story).partition("\n")
            sys.stdout.write(f"WordPress' filter leaves: {code}\n")
            web = ["php", "-S", f"localhost:{port}", "-t", str(site)]
            with running(web, f"http://localhost:{port}/wp-login.php", folder), chromium(folder) as driver:
                wrong = look(driver, post, story)
    sys.stdout.writelines(f"{one}\n" for one in wrong)
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2]).absolute()))
