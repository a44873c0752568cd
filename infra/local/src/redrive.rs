//! Dead letters: which there are, and putting them back into the queues that gave up
//! on them. What they say is shown to nobody.

use std::path::Path;

use anyhow::{Context, Result, bail};
use attesta_messaging::{DEAD, dead_letter_queues, messages_in};
use attesta_model::{Source, SystemSource};
use attesta_reference_provider::http::Client as Http;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::STACK;
use crate::aws::Aws;

/// Messages that are taken at a time, the most there is.
const BATCH: i32 = 10;
/// How long a dead letter that was taken is hidden, in seconds: what can't be moved
/// lies there again afterwards.
const HIDDEN: i32 = 60;
/// The name that stands for every queue.
const ALL: &str = "all";

/// Whose dead letters, and what becomes of them.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Queues to put dead letters back into, as the list names them, or `all`; the
    /// list alone if left out
    pub queues: Vec<String>,
    /// Say what would be put back, and leave it where it is
    #[arg(long)]
    pub dry_run: bool,
    /// A stack in AWS, in place of the local one
    #[arg(long)]
    pub stack_name: Option<String>,
    /// The profile to reach AWS with, in place of the environment's
    #[arg(long, requires = "stack_name")]
    pub profile: Option<String>,
}

/// The dead letters of a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dead {
    /// The queue that gave up on them, without the stack's name.
    pub queue: String,
    /// How many there are.
    pub count: usize,
    /// How long ago the oldest was sent, of the few that were looked at.
    pub oldest: Option<SignedDuration>,
    url: String,
}

/// Lists dead letters, and puts back those that are asked for.
///
/// # Errors
/// When the queues can't be reached, or one that is named has none.
pub async fn run(stack_file: &Path, options: &Options) -> Result<()> {
    let letters = Letters::of(stack_file, options).await?;
    let dead = letters.dead().await?;
    print!("{}", listed(&dead));
    for dead in chosen(&dead, &options.queues)? {
        if options.dry_run {
            println!("{} would go back to {}", dead.count, dead.queue);
        } else {
            let moved = letters.put_back(dead).await?;
            println!("{moved} went back to {}", dead.queue);
        }
    }
    Ok(())
}

/// Those of the queues that are named.
fn chosen<'a>(dead: &'a [Dead], names: &[String]) -> Result<Vec<&'a Dead>> {
    if let Some(unknown) =
        names.iter().find(|name| *name != ALL && !dead.iter().any(|dead| dead.queue == **name))
    {
        bail!("there is no queue {unknown} with dead letters beside it");
    }
    let is_meant = |dead: &&Dead| names.iter().any(|name| name == ALL || *name == dead.queue);
    Ok(dead.iter().filter(|dead| dead.count > 0).filter(is_meant).collect())
}

fn listed(dead: &[Dead]) -> String {
    let line = |dead: &Dead| {
        let oldest = dead.oldest.map(|age| format!("{age:#}")).unwrap_or_default();
        format!("{:<28}{:>8}  {oldest}\n", dead.queue, dead.count)
    };
    let lines: String = dead.iter().map(line).collect();
    format!("{:<28}{:>8}  {}\n{lines}", "queue", "dead", "oldest")
}

/// The queues of a stack.
#[derive(Debug)]
pub struct Letters {
    queues: Client,
    /// What the names of the stack's queues begin with.
    prefix: String,
}

impl Letters {
    /// Those of the stack that is meant.
    ///
    /// # Errors
    /// When the local stack does not run.
    pub async fn of(stack_file: &Path, options: &Options) -> Result<Self> {
        let (config, stack) = match &options.stack_name {
            Some(name) => (aws(options.profile.as_deref()).await, name.as_str()),
            None => (local(stack_file).await?, STACK),
        };
        Ok(Self { queues: Client::new(&config), prefix: format!("{stack}-") })
    }

    /// The dead letters of every queue, providers' queues included.
    ///
    /// # Errors
    /// When a queue can't be asked.
    pub async fn dead(&self) -> Result<Vec<Dead>> {
        let mut all = Vec::new();
        for url in dead_letter_queues(&self.queues, &self.prefix).await? {
            let name = url.rsplit('/').next().unwrap_or_default();
            let name = name.strip_prefix(&self.prefix).unwrap_or(name);
            let queue = name.strip_suffix(DEAD).unwrap_or(name).to_owned();
            let count = messages_in(&self.queues, &url).await?;
            let oldest = if count > 0 { self.oldest(&url).await? } else { None };
            all.push(Dead { queue, count, oldest, url });
        }
        all.sort_by(|one, other| one.queue.cmp(&other.queue));
        Ok(all)
    }

    /// Puts a queue's dead letters back, as many as there are now; how many went.
    /// Each is sent before it is taken away: if this ends in between, it is there
    /// twice, which its reader bears.
    ///
    /// # Errors
    /// When a queue refuses; what is not moved yet stays where it is.
    pub async fn put_back(&self, dead: &Dead) -> Result<usize> {
        let name = format!("{}{}", self.prefix, dead.queue);
        let found = self.queues.get_queue_url().queue_name(&name).send().await;
        let url = found.ok().and_then(|found| found.queue_url);
        let url = url.with_context(|| format!("the queue {name} can't be found"))?;
        let mut moved = 0;
        while moved < dead.count {
            let letters = self.receive(&dead.url, HIDDEN).await?;
            if letters.is_empty() {
                break;
            }
            for letter in letters {
                self.move_one(&dead.url, &url, letter).await?;
                moved += 1;
            }
        }
        Ok(moved)
    }

    async fn move_one(&self, from: &str, to: &str, letter: Message) -> Result<()> {
        self.queues
            .send_message()
            .queue_url(to)
            .set_message_body(letter.body)
            .set_message_attributes(letter.message_attributes)
            .send()
            .await
            .context("a dead letter could not be put back")?;
        let delete = self.queues.delete_message().queue_url(from);
        delete
            .set_receipt_handle(letter.receipt_handle)
            .send()
            .await
            .context("a dead letter was put back, but lies where it was, too")?;
        Ok(())
    }

    /// The age of the oldest of a few.
    async fn oldest(&self, url: &str) -> Result<Option<SignedDuration>> {
        let sent = |letter: Message| {
            let sent = letter.attributes?.remove(&MessageSystemAttributeName::SentTimestamp)?;
            Timestamp::from_millisecond(sent.parse().ok()?).ok()
        };
        let oldest = self.receive(url, 0).await?.into_iter().filter_map(sent).min();
        let now = SystemSource.now();
        let age = |sent| SignedDuration::from_secs(now.duration_since(sent).as_secs());
        Ok(oldest.map(age))
    }

    async fn receive(&self, url: &str, hidden: i32) -> Result<Vec<Message>> {
        let receive = self
            .queues
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(BATCH)
            .visibility_timeout(hidden)
            .wait_time_seconds(1)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .message_attribute_names("All");
        let received = receive.send().await.context("dead letters can't be received")?;
        Ok(received.messages.unwrap_or_default())
    }
}

/// AWS, as the environment or a profile has it.
async fn aws(profile: Option<&str>) -> SdkConfig {
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).http_client(Http::new().for_sdk());
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    loader.load().await
}

/// The part of `stack.json` that leads to the queues.
#[derive(Debug, Deserialize)]
struct Local {
    aws: Aws,
}

async fn local(stack_file: &Path) -> Result<SdkConfig> {
    let text = std::fs::read(stack_file).context("start the local stack with `cargo dev up`")?;
    let Local { aws } = serde_json::from_slice(&text).context("stack.json is odd")?;
    Ok(aws.sdk_config().await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dead(queue: &str, count: usize) -> Dead {
        let oldest = (count > 0).then_some(SignedDuration::from_secs(3700));
        Dead { queue: queue.to_owned(), count, oldest, url: String::new() }
    }

    #[test]
    fn only_queues_that_are_named_are_put_back_and_all_means_all_that_hold_any() {
        let all = [dead("events", 2), dead("messages", 0), dead("provider-7", 1)];
        let names = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            let chosen = chosen(&all, &names).ok()?;
            Some(chosen.iter().map(|dead| dead.queue.clone()).collect::<Vec<_>>())
        };
        assert_eq!(names(&[]), Some(vec![]));
        assert_eq!(names(&["provider-7"]), Some(vec!["provider-7".to_owned()]));
        assert_eq!(names(&["messages"]), Some(vec![]));
        assert_eq!(names(&["all"]), Some(vec!["events".to_owned(), "provider-7".to_owned()]));
        assert_eq!(names(&["event"]), None);
    }

    #[test]
    fn the_list_says_how_many_and_how_old() {
        let shown = listed(&[dead("events", 2), dead("messages", 0)]);
        let lines: Vec<Vec<_>> =
            shown.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["events", "2", "1h", "1m", "40s"]);
        assert_eq!(lines[2], ["messages", "0"]);
    }
}
