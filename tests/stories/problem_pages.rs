//! The pages on problems at a real screen, where people meet them: at the BFF.

use stories::house::House;

use crate::browser::Browser;

#[tokio::test]
async fn what_a_problem_means_can_be_read() -> anyhow::Result<()> {
    let house = House::start().await?;
    let browser = Browser::start().await?;

    browser
        .open(&house.origin.join("/problems/undecided")?)
        .await?;
    browser.shows("It could not be decided").await?;
    browser.is_in_order("problem").await?;

    browser.click("a[href='/problems/']").await?;
    browser.has("a[href='/problems/not-a-disarmer']").await?;
    browser.is_in_order("problems").await?;

    // Of a service behind, with a status of its own and no siblings.
    browser
        .open(&house.origin.join("/problems/unsupported-media-type")?)
        .await?;
    browser.shows("The body is of another type").await?;
    browser.is_in_order("problem-alone").await?;

    // Of nothing; and the way back.
    browser.open(&house.origin.join("/problems/nope")?).await?;
    browser.shows("There is no such way to fail").await?;
    browser.is_in_order("problem-unknown").await?;
    browser.has("a.brand[href='/']").await?;
    browser.close().await
}
