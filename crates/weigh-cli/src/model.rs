//! A language model behind an endpoint of OpenAI's form: asked once, with bounds on time and size.

use std::io::Read;
use std::time::Duration;

use serde_json::Value;
use weigh::draft::{Hold, Proposal, request};

use crate::args::ModelArgs;
use crate::terminal::Failure;

/// Bytes of an answer: many times what was asked for.
const MAX_ANSWER: u64 = 1 << 20;

/// The variable that holds a key, for endpoints that want one.
const KEY: &str = "WEIGH_MODEL_KEY";

/// Asks for a proposal.
pub fn propose(url: &str, args: &ModelArgs, article: &str) -> Result<Proposal, Failure> {
    let url = match url.trim_end_matches('/') {
        url if url.ends_with("/chat/completions") => url.to_owned(),
        url => format!("{url}/chat/completions"),
    };
    let failure = |why: String| {
        Failure::run(format!("the model at {url} made no draft: {why}"))
            .hint("without `--model` the draft is made from the text alone")
    };
    let asked = |hold: Hold| ask(&url, args, &request(article, &args.name, hold));
    let (mut status, mut body) = asked(Hold::Schema).map_err(failure)?;
    // Not every server can hold an answer to a form; the question alone asks for it too.
    for hold in [Hold::Json, Hold::Nothing] {
        if [400, 404, 422, 500, 501].contains(&status) {
            (status, body) = asked(hold).map_err(failure)?;
        }
    }
    if !(200..300).contains(&status) {
        let said: String = body.chars().filter(|c| !c.is_control()).take(200).collect();
        return Err(failure(format!("it answers with status {status}: {said}")));
    }
    Proposal::read(&body).map_err(failure)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a key is the one thing that is asked of the environment"
)]
fn ask(url: &str, args: &ModelArgs, request: &Value) -> Result<(u16, String), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(args.timeout)))
        .http_status_as_error(false)
        // An article must not be sent on to where nobody asked for it to go.
        .max_redirects(0)
        .build()
        .into();
    let mut post = agent.post(url).header("content-type", "application/json");
    if let Ok(key) = std::env::var(KEY)
        && !key.is_empty()
    {
        post = post.header("authorization", format!("Bearer {key}"));
    }
    let mut response = post.send(request.to_string()).map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    let mut bytes = Vec::new();
    let mut answer = response.body_mut().as_reader().take(MAX_ANSWER + 1);
    answer.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_ANSWER {
        return Err(format!("its answer was cut at {MAX_ANSWER} bytes, and went on"));
    }
    let body = String::from_utf8(bytes).map_err(|_| "its answer is not UTF-8".to_owned())?;
    Ok((status, body))
}
