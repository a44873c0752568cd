//! The local console's page, as a developer has it open in a browser.

use std::time::Duration;

use attesta_reference_provider::http::Method;
use serde_json::{Value, json};

use super::browser::Browser;
use super::console::{answer, hand_in, send_link};
use super::own_provider::OwnProvider;
use super::{Stack, a_uuid};

/// What is written in the page too faintly: text, and its contrast with what is
/// behind it, below what WCAG asks of small text.
const FAINT: &str = r"(() => {
  const parts = (color) => color.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return light(color);
    }
    throw new Error('nothing is behind');
  };
  const faint = [];
  let seen = 0;
  const judge = (node, color, text) => {
    const [a, b] = [light(parts(color)), behind(node)].sort((a, b) => b - a);
    const contrast = (a + 0.05) / (b + 0.05);
    seen += 1;
    if (contrast < 4.5) faint.push(`${text}: ${contrast.toFixed(2)}`);
  };
  for (const node of document.querySelectorAll('body *')) {
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const text = [...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data).join('').trim();
    if (text) judge(node, getComputedStyle(node).color, text);
    if (node.placeholder) judge(node, getComputedStyle(node, '::placeholder').color, node.placeholder);
    const before = getComputedStyle(node, '::before');
    if (!['none', 'normal'].includes(before.content)) judge(node, before.color, before.content);
  }
  return { seen, faint };
})()";

/// A row of requests that says something.
fn row_with(text: &str) -> String {
    format!(
        "[...document.querySelectorAll('#requests li')].find((row) => row.textContent.includes('{text}'))"
    )
}

/// Calls an operation that there isn't, so that it can be told from others.
async fn call(stack: &Stack, mark: &str) {
    let path = format!("/lapi/v1/{mark}/");
    stack.call(Method::GET, &path, "", &Value::Null, &[]).await;
}

async fn opened(stack: &Stack) -> Browser {
    let mut browser = Browser::start().await;
    browser.open(&stack.text("/consoleUrl")).await;
    browser.until("document.querySelector('#functions tbody tr')").await;
    browser
}

async fn all_is_well(mut browser: Browser, stack: &Stack) {
    let wrongs = browser.wrongs(&stack.text("/consoleUrl")).await;
    assert!(wrongs.is_empty(), "{wrongs:#?}");
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn the_page_shows_the_stacks_health_and_leads_to_pages() {
    let stack = Stack::running();
    let mut browser = opened(&stack).await;
    browser
        .until("document.querySelector('#api .good')?.textContent.includes('The API answers, in')")
        .await;
    browser.until("document.querySelector('#queues').textContent.includes('attesta-events')").await;
    let docs = browser.value("document.querySelector('#docs').href").await;
    let port = stack.text("/baseUrl").rsplit(':').next().expect("a port").to_owned();
    assert_eq!(docs, format!("http://localhost:{port}/docs"));
    let policy = browser
        .value("fetch('/').then((answer) => answer.headers.get('content-security-policy'))")
        .await;
    assert!(
        policy.as_str().is_some_and(|policy| policy.starts_with("default-src 'none'")),
        "{policy}"
    );
    for name in ["README", "CONTRIBUTING", "ACCESS-PATTERNS"] {
        let link = format!(
            "[...document.querySelectorAll('#pages a')].find((a) => a.textContent === '{name}').href"
        );
        let link = browser.value(&link).await;
        let page =
            format!("fetch('{}').then((answer) => answer.text())", link.as_str().expect("a link"));
        let page = browser.value(&page).await;
        assert!(
            page.as_str().is_some_and(|page| page.contains("<h1>") && page.contains(name)),
            "{name}"
        );
    }
    browser.open(&format!("{}read/README.md", stack.text("/consoleUrl"))).await;
    browser.until("document.querySelector('a[href=\"/read/CONTRIBUTING.md\"]')").await;
    let links = "[...document.querySelectorAll('main a')].map((a) => a.getAttribute('href')).filter((link) => !/^(http|#|.read.)/.test(link))";
    assert_eq!(browser.value(links).await, json!([]), "other files are for the editor");
    all_is_well(browser, &stack).await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn messages_come_by_themselves_with_a_link_to_click_and_no_markup_of_strangers() {
    let stack = Stack::running();
    let mut browser = opened(&stack).await;
    let mark = a_uuid().simple().to_string();
    // A page that is there, to see that the link leads to it.
    let link = format!("{}read/README.md#{mark}", stack.text("/consoleUrl"));
    send_link(&stack, &link).await;
    let found = format!("document.querySelector('#inbox a[href=\"{link}\"]')");
    browser.until(&found).await;
    let rel = browser.value(&format!("{found}.rel")).await;
    assert_eq!(rel, "noopener noreferrer");
    let clicked =
        format!("(() => {{ const a = {found}; a.target = '_self'; a.click(); return true; }})()");

    let asked = json!({
        "requestType": "account",
        "firstName": "<img src=x onerror=\"document.title='hurt'\">",
        "lastName": mark,
        "businessName": "<script>document.title='hurt'</script> javascript:alert(1) 482913",
        "companyNumber": null,
        "emailAddress": "stranger@farm.example",
        "phone": null,
    });
    let answer = stack.post("/customers/users/request-account", "", &asked).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    browser.until(&format!("document.querySelector('#inbox').textContent.includes('Name: <img src=x onerror=\"document.title=\\'hurt\\'\"> {mark}')")).await;
    let codes = format!(
        "[...document.querySelectorAll('.message')].find((one) => one.textContent.includes('{mark}') && one.querySelector('.code')).querySelector('.code').textContent"
    );
    assert_eq!(browser.value(&codes).await, "482913");
    let made = browser.value("document.querySelectorAll('#inbox img, #inbox script, #inbox a:not([href^=http])').length").await;
    assert_eq!((made, browser.value("document.title").await), (json!(0), json!("Attesta console")));

    browser.value(&clicked).await;
    browser
        .until(&format!(
            "location.hash === '#{mark}' && document.querySelector('h1').textContent === 'Attesta'"
        ))
        .await;
    all_is_well(browser, &stack).await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn what_is_being_read_stays_while_requests_come() {
    let stack = Stack::running();
    let mut browser = opened(&stack).await;
    let [first, second] = [a_uuid(), a_uuid()].map(|mark| mark.simple().to_string());
    call(&stack, &first).await;
    browser.until(&row_with(&first)).await;
    browser.press("/").await;
    browser.write(&first[..20]).await;
    browser.until("document.querySelectorAll('#requests li').length === 1").await;
    browser.press("Escape").await;
    browser.press("2").await;
    browser.press("Enter").await;
    browser
        .until("document.querySelector('#requests pre')?.textContent.includes('\"status\": 404')")
        .await;
    browser.value("(globalThis.read = document.activeElement).tagName").await;
    browser.value("(() => { const f = document.querySelector('#filter'); f.value = ''; f.dispatchEvent(new Event('input')); })()").await;

    call(&stack, &second).await;
    browser.until(&row_with(&second)).await;
    let stays = "document.activeElement === read && read.tagName === 'SUMMARY' && read.parentNode.open && read.parentNode.textContent.includes('\"status\": 404')";
    assert_eq!(browser.value(stays).await, true);
    let order = format!("{}.compareDocumentPosition({})", row_with(&second), row_with(&first));
    assert_eq!(browser.value(&order).await, 4, "the newest comes first");
    all_is_well(browser, &stack).await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn a_requests_steps_go_on_as_it_does() {
    let stack = Stack::running();
    let provider = OwnProvider::new(&stack, false).await;
    let id = hand_in(&stack, &provider).await;
    let mut browser = opened(&stack).await;
    browser.press("v").await;
    browser.write(&id.to_string()).await;
    browser.press("Enter").await;
    let row =
        format!("document.querySelector('#verifications li[data-key=\"{id}\"] details[open]')");
    let says = |text: &str| format!("{row}?.textContent.includes('{text}')");
    browser.until(&says("answered")).await;
    browser.until(&format!("{} && {}", says("Handed in"), says("Task is in"))).await;
    answer(&stack, &provider, id).await;
    browser.until(&format!("{} && {}", says("Complete"), says("1 of 1 answered"))).await;
    assert_eq!(browser.value(&says("Task is in")).await, true, "nobody took it");

    browser.value("document.querySelector('#number').value = '1'").await;
    browser.press("v").await;
    browser.press("Enter").await;
    browser.until("document.querySelector('#not-found').textContent.includes('No such')").await;
    // The browser tells of every 404 as of an error.
    let wrongs = browser.wrongs(&stack.text("/consoleUrl")).await;
    assert!(wrongs.iter().all(|wrong| wrong.contains("/verification?id=1\"")), "{wrongs:#?}");
    browser.close().await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn the_keyboard_leads_everywhere() {
    let stack = Stack::running();
    let mark = a_uuid().simple().to_string();
    let link = format!("https://app.example.com/in#{mark}");
    send_link(&stack, &link).await;
    for _ in 0..2 {
        call(&stack, &mark).await;
    }
    hand_in(&stack, &OwnProvider::new(&stack, false).await).await;
    let mut browser = opened(&stack).await;
    for id in PANELS {
        let rows = format!("document.querySelector('#{id} .rows').children.length");
        browser.until(&rows).await;
    }
    for (at, id) in PANELS.iter().enumerate() {
        let key = (at + 1).to_string();
        browser.press(&key).await;
        let focus = "document.activeElement.closest('section')?.id";
        assert_eq!(browser.value(focus).await, *id, "{key}");
        let shown = format!("document.querySelector('#{id} h2 kbd').textContent");
        assert_eq!(browser.value(&shown).await, key, "the key is shown");
    }
    rows_are_walked(&mut browser, &mark).await;
    messages_are_used(&mut browser, &link).await;
    keys_are_shown(&mut browser).await;

    browser.press("e").await;
    assert_eq!(browser.value("document.querySelector('#errors').checked").await, true);
    let good = "document.querySelectorAll('#requests .chip.good').length";
    assert_eq!(browser.value(good).await, 0, "errors only");

    browser.press("p").await;
    let pressed = "document.querySelector('#pause').getAttribute('aria-pressed')";
    assert_eq!(browser.value(pressed).await, "true");
    let state = format!("{}state", stack.text("/consoleUrl"));
    let asked = browser.asked(&state);
    tokio::time::sleep(Duration::from_secs(5)).await;
    browser.value("true").await;
    let since = browser.asked(&state) - asked;
    assert!(since <= 1, "it is paused, and asked {since} times");
    all_is_well(browser, &stack).await;
}

/// The panels in the order of their keys.
const PANELS: [&str; 5] = ["inbox", "requests", "verifications", "queues", "functions"];

async fn rows_are_walked(browser: &mut Browser, mark: &str) {
    let typed = "document.querySelector('#filter').value";
    browser.press("/").await;
    browser.press("e").await;
    assert_eq!(browser.value(typed).await, "e", "typing is typing");
    browser.value(&format!("{typed} = ''")).await;
    browser.write(mark).await;
    browser.press("Escape").await;
    let at = "[...document.querySelectorAll('#requests summary')].indexOf(document.activeElement)";
    for (key, row) in [("2", 0), ("j", 1), ("j", 1), ("k", 0), ("k", 0)] {
        browser.press(key).await;
        assert_eq!(browser.value(at).await, row, "{key}");
    }
    browser.value(&format!("{typed} = ''")).await;
}

async fn messages_are_used(browser: &mut Browser, link: &str) {
    let watched = "navigator.clipboard.writeText = async (text) => { globalThis.copied = text; };
        document.addEventListener('click', (event) => {
            globalThis.clicked = event.target.href;
            event.preventDefault();
        }, { once: true, capture: true });";
    browser.value(&format!("(() => {{ {watched} }})()")).await;
    let found = format!("document.querySelector('#inbox a[href=\"{link}\"]')");
    browser.until(&found).await;
    browser.value(&format!("{found}.closest('.message').focus()")).await;
    browser.press("o").await;
    browser.press("c").await;
    assert_eq!(browser.value("[clicked, copied]").await, json!([link, link]));
}

async fn keys_are_shown(browser: &mut Browser) {
    browser.press("?").await;
    assert_eq!(browser.value("document.querySelector('#keys').open").await, true);
    browser.press("Escape").await;
    browser.until("!document.querySelector('#keys').open").await;
}

#[tokio::test]
#[ignore = "needs a local stack"]
async fn both_colour_schemes_can_be_read() {
    let stack = Stack::running();
    let mark = a_uuid().simple().to_string();
    send_link(&stack, &format!("https://app.example.com/in#{mark}")).await;
    call(&stack, &mark).await;
    hand_in(&stack, &OwnProvider::new(&stack, false).await).await;
    let mut browser = opened(&stack).await;
    let mut behind = Vec::new();
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await;
        browser.until("document.querySelector('#verifications summary')").await;
        browser.value("[...document.querySelectorAll('details')].slice(0, 3).forEach((row) => { row.open = true; })").await;
        browser.value("document.querySelector('#verifications details').open = true").await;
        browser.until("document.querySelector('.steps li')").await;
        for _ in 0..2 {
            let found = browser.value(FAINT).await;
            assert!(found["seen"].as_u64().is_some_and(|seen| seen > 60), "{found}");
            assert_eq!(found["faint"], json!([]), "{scheme}");
            // And once more with the keys shown.
            browser.press("?").await;
        }
        behind.push(browser.value("getComputedStyle(document.body).backgroundColor").await);
    }
    assert_ne!(behind[0], behind[1]);
    all_is_well(browser, &stack).await;
}
